"""What was promised, what was measured, and the table of both."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One line of the promise: what is compared, the bound, and whether it bounds from below or from above."""

    title: str
    bound: float
    at_least: bool = False
    unit: str = "x"

    @property
    def text(self) -> str:
        """The bound as it is read."""
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g} {self.unit}"

    def kept(self, value: float) -> bool:
        """Whether a measured value keeps the promise."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Result:
    """One measured value: where (engine and size) and of which promise; None when the comparison failed."""

    where: str
    promise: Promise
    value: float | None
    note: str = ""

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        """The cells of its row."""
        if self.value is None:
            return (self.where, self.promise.title, "-", self.promise.text, f"not measured: {self.note}")
        verdict = "kept" if self.promise.kept(self.value) else "MISSED"
        return (self.where, self.promise.title, f"{self.value:.2f} {self.promise.unit}", self.promise.text, verdict)


def table(results: list[Result]) -> str:
    """All results as an aligned text table, in the order measured."""
    rows = [("where", "what", "measured", "promised", ""), *(result.line for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows)
