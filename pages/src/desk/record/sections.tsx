import type { ComponentType } from "preact";
import { Documents } from "../documents/Documents";
import { EmployerDetails } from "../employer/Details";
import { Notes } from "../notes/Notes";
import { OnCase } from "../reminders/OnCase";
import { Requests } from "../requests/OfRecord";
import { SetUp } from "../security/SetUp";

/** What a section of the record is told: whose record it is. */
export interface OfRecord {
  kind: string;
  recordId: number;
}

/** What stands below a record, in this order: each a room of its own, closed (`details`) until it is opened. */
export const sections: ComponentType<OfRecord>[] = [OnCase, Requests, Documents, EmployerDetails, Notes, SetUp];
