"""What goes over the wire of an agent's phone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from ivr.web.models import Model

PhoneName = Literal["browser", "own"]


class PhoneBody(Model):
    """Which phone is to ring."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "browser"}, {"phone": "own"}]})

    phone: PhoneName


class PhoneSecret(Model):
    """What the browser's phone signs in with, once. The secret is shown only here."""

    account: Annotated[str, Field(examples=["7001-web"])]
    uri: Annotated[str, Field(examples=["sip:7001-web@helpline"])]
    realm: str
    secret: str
    sign_in: Annotated[int, Field(description="goes along with every connection: /phone?sign_in=…")]
    expires_at: Annotated[AwareDatetime, Field(description="with the session")]
