"""Forms that check what a framework editor typed."""

from rubrics.forms.bank import BankFilterForm, RetireForm
from rubrics.forms.blueprints import (
    BlueprintDetailsForm,
    CopyForm,
    ExerciseForm,
    NewBlueprintForm,
    RenewForm,
)
from rubrics.forms.drafts import (
    CompetencyForm,
    DetailsForm,
    DomainForm,
    NewFrameworkForm,
    QuestionForm,
    ScaleForm,
)
from rubrics.forms.exchange import ImportForm
from rubrics.forms.plans import QuestionsForm, RulesForm, WeightsForm

__all__ = [
    "BankFilterForm",
    "BlueprintDetailsForm",
    "CompetencyForm",
    "CopyForm",
    "DetailsForm",
    "DomainForm",
    "ExerciseForm",
    "ImportForm",
    "NewBlueprintForm",
    "NewFrameworkForm",
    "QuestionForm",
    "QuestionsForm",
    "RenewForm",
    "RetireForm",
    "RulesForm",
    "ScaleForm",
    "WeightsForm",
]
