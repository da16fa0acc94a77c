/** Where a key leads from the cell that has the focus; null: nowhere. Left and right as one reads, up and down as one sees. */
export function target(grid: HTMLElement, key: string, withCtrl: boolean): HTMLElement | null {
  const cells = [...grid.querySelectorAll<HTMLElement>("[role=gridcell]")];
  const at = cells.indexOf(document.activeElement as HTMLElement);
  const from = cells[at];
  if (from === undefined) return null;
  switch (key) {
    case "ArrowRight":
      return cells[at + 1] ?? null;
    case "ArrowLeft":
      return cells[at - 1] ?? null;
    case "ArrowDown":
      return nearest(from, cells, 1);
    case "ArrowUp":
      return nearest(from, cells, -1);
    case "Home":
      return (withCtrl ? cells : ofOneRow(from))[0] ?? null;
    case "End":
      return (withCtrl ? cells : ofOneRow(from)).at(-1) ?? null;
    default:
      return null;
  }
}

function ofOneRow(cell: HTMLElement): HTMLElement[] {
  return [...(cell.closest("[role=row]")?.querySelectorAll<HTMLElement>("[role=gridcell]") ?? [])];
}

/** The cell in the next line of cells down (1) or up (-1) that lies nearest. */
function nearest(from: HTMLElement, cells: readonly HTMLElement[], way: 1 | -1): HTMLElement | null {
  const here = from.getBoundingClientRect();
  const beyond = cells
    .map((cell) => ({ cell, place: cell.getBoundingClientRect() }))
    .filter(({ place }) => (place.top - here.top) * way > here.height / 2)
    .sort((one, other) => (one.place.top - other.place.top) * way);
  const line = beyond.filter(({ place }) => place.top === beyond[0]?.place.top);
  line.sort((one, other) => Math.abs(one.place.left - here.left) - Math.abs(other.place.left - here.left));
  return line[0]?.cell ?? null;
}
