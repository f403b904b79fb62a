"""What a planner sees when a plan is questioned: progress, then a table and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from territory_access.cli import robust_tables, siting_tables
from territory_access.cli.shown import grid, write_csv
from territory_access.cli.steps import Narrator
from territory_access.dossier.explanation import prices_table, why_table
from territory_access.dossier.voice import Voice
from territory_access.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from territory_access.dossier.blocks import Table
    from territory_access.siting.questions import Questions
    from territory_access.study import Study

    type Observe = Callable[[int, int], None]


class _Desk:
    """A study, the terminal, and the language in which a planner is answered."""

    def __init__(
        self, scenario: str, changes: Sequence[str], language: str, csv: Path | None
    ) -> None:
        from territory_access import study
        from territory_access.cli.app import find_scenario
        from territory_access.scenario import Scenario

        if csv is not None and not csv.absolute().parent.is_dir():
            raise ScenarioError("--csv : le dossier de « {path} » n’existe pas.", path=csv)
        self.voice = Voice.of(language)
        self.csv = csv
        self.console = Console(highlight=False, soft_wrap=True)
        with Narrator(language) as narrator:
            asked = Scenario.load(find_scenario(scenario), changes=tuple(changes))
            self.study: Study = study.run(asked, observe=narrator)
        if self.study.plan.sites.empty:
            raise ScenarioError("Le plan ne propose aucun site : il n’y a rien à expliquer.")

    def watched[Found](self, label: str, work: Callable[[Observe], Found]) -> Found:
        """Return what a long work finds, while a bar tells how far it is."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self.console, transient=True) as bars:
            task = bars.add_task(label, total=None)

            def observe(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

            return work(observe)

    def say(self, *sentences: str) -> None:
        """Print sentences."""
        for sentence in sentences:
            self.console.print(escape(sentence))

    def show(self, table: Table, *, written: bool = True, drawn: Table | None = None) -> None:
        """Print a table, or how it is drawn on a screen, and write it where asked."""
        self.console.print(grid(table if drawn is None else drawn, self.voice))
        if table.note:
            self.console.print(escape(table.note), style="dim")
        if written and self.csv is not None:
            write_csv(table, self.csv)
            self.console.print(f"[bold]→ {escape(str(self.csv))}[/]")


def explain(  # noqa: PLR0913 - the options of the command
    scenario: str,
    changes: Sequence[str],
    language: str,
    *,
    csv: Path | None,
    site: str | None,
    rejected: bool,
) -> None:
    """Print why each site was chosen, or what forcing one would cost."""
    from territory_access.siting.questions import Questions

    desk = _Desk(scenario, changes, language, csv)
    questions = Questions(desk.study.plan.problem)
    if site is None:
        _explain_all(desk, questions, rejected=rejected)
    else:
        _explain_one(desk, questions, site)


def _explain_all(desk: _Desk, questions: Questions, *, rejected: bool) -> None:
    from territory_access.siting import explain as asked
    from territory_access.siting.prices import prices
    from territory_access.siting.rejected import rejected as forced

    plan, say = desk.study.plan, desk.voice.say
    why = desk.watched(
        say("sites retirés un à un"),
        lambda observe: asked.why(plan, questions=questions, observe=observe),
    )
    desk.show(
        why_table(why, desk.voice, problem=plan.problem),
        written=not rejected,
    )
    if rejected:
        found = desk.watched(
            say("communes imposées une à une"),
            lambda observe: forced(plan, questions=questions, observe=observe),
        )
        desk.show(siting_tables.rejected(plan, found, desk.voice))
    more = desk.watched(
        say("règles relâchées une à une"),
        lambda observe: prices(plan, questions=questions, observe=observe),
    )
    desk.show(prices_table(more, plan.problem, desk.voice), written=False)


def _explain_one(desk: _Desk, questions: Questions, site: str) -> None:
    from territory_access.siting import explain as asked

    plan = desk.study.plan
    code = asked.candidate(site, plan.problem)
    stopped = asked.why_not(plan.problem, code)
    if stopped is not None:
        desk.say(desk.voice.told(stopped))
        return
    other = asked.regret(plan, code, questions=questions)
    desk.say(siting_tables.regret(plan, code, other, desk.voice))
    desk.show(siting_tables.difference(plan, other, desk.voice))


def alternatives(
    scenario: str, changes: Sequence[str], language: str, *, csv: Path | None, tolerance: float
) -> None:
    """Print the plans that are nearly as good."""
    from territory_access.siting.alternatives import alternatives as asked

    if not 0 <= tolerance < 1:
        raise ScenarioError("--tolerance vaut {value} ; il faut de 0 à 1.", value=tolerance)
    desk = _Desk(scenario, changes, language, csv)
    doing = desk.voice.say("plans presque aussi bons")
    found = desk.watched(
        doing, lambda observe: asked(desk.study.plan, tolerance=tolerance, observe=observe)
    )
    desk.say(*siting_tables.in_all_in_none(desk.study.plan, found, desk.voice))
    desk.show(siting_tables.plans(desk.study.plan, found, desk.voice))


def frontier(  # noqa: PLR0913 - the options of the command
    scenario: str,
    changes: Sequence[str],
    language: str,
    *,
    csv: Path | None,
    nested: bool,
    equity: bool,
) -> None:
    """Print the gain against the budget, or against equity."""
    from territory_access.siting import frontier as asked

    desk = _Desk(scenario, changes, language, csv)
    plan = desk.study.plan
    doing = desk.voice.say("points de la courbe")
    if equity:
        found = desk.watched(doing, lambda observe: asked.by_equity(plan, observe=observe))
        table = siting_tables.equity(found, plan.problem, desk.voice)
        desk.show(table, drawn=siting_tables.by_what_changes(table, desk.voice))
        return
    found = desk.watched(
        doing, lambda observe: asked.by_budget(plan.problem, nested=nested, observe=observe)
    )
    table = siting_tables.budgets(found, plan.problem, desk.voice)
    desk.show(table, drawn=siting_tables.by_what_changes(table, desk.voice))


def robustness(  # noqa: PLR0913 - the options of the command
    scenario: str,
    changes: Sequence[str],
    language: str,
    *,
    csv: Path | None,
    draws: int,
    seed: int,
) -> None:
    """Print how the plan fares when unknown numbers change."""
    from territory_access.siting.break_even import break_even
    from territory_access.siting.robustness import robustness as asked

    if draws < 1:
        raise ScenarioError("--draws vaut {value} ; il faut au moins 1.", value=draws)
    desk = _Desk(scenario, changes, language, csv)
    plan, parameters = desk.study.plan, desk.study.parameters
    doing = desk.voice.say("tirages")
    share = parameters.value("sensitivity.robust_share")
    found = desk.watched(
        doing,
        lambda observe: asked(
            plan, parameters, count=draws, seed=seed, share=share, observe=observe
        ),
    )
    desk.show(robust_tables.verdicts(found, desk.voice))
    desk.say(robust_tables.regrets(found, plan.problem, desk.voice))
    desk.show(robust_tables.to_check(found, plan.problem, desk.voice), written=False)
    desk.say(*robust_tables.until(break_even(plan, parameters), desk.voice))
    desk.say(robust_tables.untouched(plan.problem, desk.voice))
