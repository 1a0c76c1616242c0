"""How the words of a version become rows, and how a draft's rows come to say other words."""

from collections.abc import Iterable

from django.db.models import F, Model, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from rubrics.models import Competency, Domain, FrameworkVersion, Level, Question
from rubrics.texts import CompetencyText, DomainText, with_keys

# While rows change places they stand where no other row can be: codes and positions are unique.
PARKED_CODE = Concat(Value("~"), Cast("pk", CharField()))
PARKED_POSITION = F("position") + 10_000


def write(version: FrameworkVersion, domains: Iterable[DomainText]) -> None:
    """Make a draft's rows say exactly these words, in a fixed number of queries.

    A part whose key is stored keeps its row, so that its address stays; the rest is added or goes.
    """
    domains = with_keys(domains)
    competencies = [c for domain in domains for c in domain.competencies]
    stored = {
        Domain: _by_key(Domain.objects.filter(version=version)),
        Competency: _by_key(Competency.objects.filter(domain__version=version)),
        Question: _by_key(Question.objects.filter(competency__domain__version=version)),
    }
    _remove(stored[Question], {q.key for c in competencies for q in c.questions})
    _remove(stored[Competency], {c.key for c in competencies})
    gone = _park_gone(stored[Domain], {domain.key for domain in domains})
    domain_rows = _settle(Domain, stored[Domain], _domain_values(version, domains))
    rows = _settle(Competency, stored[Competency], _competency_values(domain_rows, domains))
    _settle(Question, stored[Question], _question_values(rows, competencies))
    _set_levels(rows, competencies)
    Domain.objects.filter(pk__in=[row.pk for row in gone]).delete()


def _by_key(rows: Iterable[Model]) -> dict[str, Model]:
    return {str(row.key): row for row in rows}


def _remove(stored: dict[str, Model], kept: set[str]) -> None:
    gone = [stored.pop(key) for key in stored.keys() - kept]
    if gone:
        type(gone[0]).objects.filter(pk__in=[row.pk for row in gone]).delete()


def _park_gone(stored: dict[str, Domain], kept: set[str]) -> list[Domain]:
    """Take the codes from domains that go: they go last, when their competencies have moved."""
    gone = [stored.pop(key) for key in stored.keys() - kept]
    Domain.objects.filter(pk__in=[row.pk for row in gone]).update(code=PARKED_CODE)
    return gone


def _domain_values(version: FrameworkVersion, domains: Iterable[DomainText]) -> dict[str, dict]:
    return {
        d.key: {
            "version_id": version.pk,
            "position": number,
            "code": d.code,
            "name": d.name,
            "summary": d.summary,
        }
        for number, d in enumerate(domains, 1)
    }


def _competency_values(rows: dict[str, Domain], domains: Iterable[DomainText]) -> dict[str, dict]:
    return {
        c.key: {
            "domain_id": rows[domain.key].pk,
            "position": number,
            "code": c.code,
            "name": c.name,
            "summary": c.summary,
            "tags": c.tags,
        }
        for domain in domains
        for number, c in enumerate(domain.competencies, 1)
    }


def _question_values(
    rows: dict[str, Competency], competencies: Iterable[CompetencyText]
) -> dict[str, dict]:
    return {
        question.key: {
            "competency_id": rows[c.key].pk,
            "position": number,
            "kind": question.kind,
            "difficulty": question.difficulty,
            "text": question.text,
            "probes": list(question.probes),
            "good_answer": question.good_answer,
        }
        for c in competencies
        for number, question in enumerate(c.questions, 1)
    }


def _settle(
    model: type[Model], stored: dict[str, Model], wanted: dict[str, dict]
) -> dict[str, Model]:
    """Change the rows that differ, add the new ones, and return every row by its key."""
    changed, new = [], []
    for key, values in wanted.items():
        row = stored.get(key)
        if row is None:
            new.append(model(key=key, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed.append(row)
            for name, value in values.items():
                setattr(row, name, value)
    if changed:
        parked = {"position": PARKED_POSITION} if model is Question else {"code": PARKED_CODE}
        model.objects.filter(pk__in=[row.pk for row in changed]).update(**parked)
        model.objects.bulk_update(changed, list(next(iter(wanted.values()))))
    return stored | _by_key(model.objects.bulk_create(new))


def _set_levels(rows: dict[str, Competency], competencies: Iterable[CompetencyText]) -> None:
    stored: dict[int, dict[int, str]] = {}
    for level in Level.objects.filter(competency__in=[row.pk for row in rows.values()]):
        stored.setdefault(level.competency_id, {})[level.value] = level.anchor
    wanted = {rows[c.key].pk: c.levels for c in competencies}
    changed = [pk for pk, levels in wanted.items() if levels != stored.get(pk, {})]
    Level.objects.filter(competency__in=[pk for pk in changed if pk in stored]).delete()
    Level.objects.bulk_create(
        Level(competency_id=pk, value=value, anchor=anchor)
        for pk in changed
        for value, anchor in wanted[pk].items()
    )
