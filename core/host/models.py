"""What the database knows of plugins."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, now


class PluginState(Model):
    """An installed plugin and its switch. A plugin without a row is not installed and stays silent."""

    __tablename__ = "plugin_state"

    name: Mapped[str] = mapped_column(primary_key=True)
    installed_version: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    hooks: Mapped[list[str]] = mapped_column(default=list)
    """The hooks that it answers when it is sound: what it decides stays denied while it is set aside."""
    installed_at: Mapped[datetime] = mapped_column(default=now)
