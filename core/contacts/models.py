"""Contacts: people and organisations in one table, told apart by `kind`, and what belongs to each."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from core.database import JsonValue, Model, Owned, Record

PERSON, ORGANIZATION = "person", "organization"


class Contact(Record, Owned, Model):
    """A person or an organisation.

    `name` is what people read (made of the parts for a person), `name_key` the same folded, for sorting;
    `email` and `phone` repeat the primary ones, so that a list needs no join. `photo` names the picture's files
    (see core.contacts.photos).
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_name_key_id", "name_key", "id"),
        Index("ix_contact_status_name_key_id", "status", "name_key", "id"),
        Index("ix_contact_created_at_id", "created_at", "id"),
        Index("ix_contact_updated_at_id", "updated_at", "id"),
        Index("ix_contact_email_id", "email", "id"),
        Index("ix_contact_kind_id", "kind", "id"),
        Index("ix_contact_status_id", "status", "id"),
        Index("ix_contact_tax_number", "tax_number"),
        Index("ix_contact_birthday", "birthday"),
        # what is somebody's, a team's or of a group is few of many: its order is at hand, no other is walked through
        Index("ix_contact_owner_id_name_key_id", "owner_id", "name_key", "id"),
        Index("ix_contact_owner_id_updated_at_id", "owner_id", "updated_at", "id"),
        Index("ix_contact_team_id_name_key_id", "team_id", "name_key", "id"),
        Index("ix_contact_parent_id_name_key_id", "parent_id", "name_key", "id"),
    )

    kind: Mapped[str] = mapped_column(String(12), default=PERSON)
    name: Mapped[str] = mapped_column(default="")
    name_key: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    patronymic: Mapped[str] = mapped_column(default="")
    prefix: Mapped[str] = mapped_column(default="")
    suffix: Mapped[str] = mapped_column(default="")
    nickname: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(40), default="prospect")
    source: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    birthday: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    tax_number: Mapped[str] = mapped_column(default="")
    registry_number: Mapped[str] = mapped_column(default="")
    tax_reason_code: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    photo: Mapped[str | None] = mapped_column(String(80))

    emails: Mapped[list["ContactEmail"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ContactEmail.position")
    phones: Mapped[list["ContactPhone"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ContactPhone.position")
    addresses: Mapped[list["ContactAddress"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ContactAddress.position")
    links: Mapped[list["ContactLink"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ContactLink.position")
    dates: Mapped[list["ContactDate"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ContactDate.position")
    employers: Mapped[list["Employment"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Employment.position",
        foreign_keys="Employment.person_id")


class Part:
    """Mixin: a row that belongs to one contact and stands at a place among its like."""

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    @declared_attr
    @classmethod
    def contact_id(cls) -> Mapped[int]:
        """The contact that the row belongs to."""
        return mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)


class Reachable(Part):
    """Mixin: a part by which a contact is reached; one of each kind of part is the primary one."""

    kind: Mapped[str] = mapped_column(String(12), default="work")
    label: Mapped[str] = mapped_column(default="")
    primary: Mapped[bool] = mapped_column(default=False)


class ContactEmail(Reachable, Model):
    """An e-mail address."""

    __tablename__ = "contact_email"
    address: Mapped[str] = mapped_column(index=True)


class ContactPhone(Reachable, Model):
    """A phone number, as it was entered and, when it can be understood, as E.164."""

    __tablename__ = "contact_phone"
    number: Mapped[str]
    e164: Mapped[str | None] = mapped_column(String(20), index=True)


class ContactAddress(Reachable, Model):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    __tablename__ = "contact_address"
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None] = mapped_column(String(2))


class ContactLink(Reachable, Model):
    """A web address or a messenger's name."""

    __tablename__ = "contact_link"
    value: Mapped[str]


class ContactDate(Part, Model):
    """A day to remember."""

    __tablename__ = "contact_date"
    label: Mapped[str]
    date: Mapped[date]


class Employment(Model):
    """A person works at an organisation: in a role, from when until when; `left` when no longer."""

    __tablename__ = "contact_employment"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    left: Mapped[bool] = mapped_column(default=False)


class FormerContact(Model):
    """A contact that was merged into another one: links, files and address books may still know it."""

    __tablename__ = "contact_former"

    id: Mapped[int] = mapped_column(primary_key=True)
    former_id: Mapped[int] = mapped_column(unique=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
