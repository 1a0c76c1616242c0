"""The file that a framework editor brings."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile

from rubrics.faults import FileRefused
from rubrics.formats import MOST_BYTES, read_file
from rubrics.workbook import Reading


class ImportForm(forms.Form):
    """A framework as a file; what is wrong in it is in `refusal`, what it says in `reading`."""

    file = forms.FileField(
        label="The file",
        help_text="An Excel workbook (.xlsx) or a JSON file (.json) as Quorate exports it, up to"
        " 5 MB. Nothing is changed before you have seen what would be.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.json"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty. Choose another"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.refusal: FileRefused | None = None
        self.reading: Reading | None = None
        self.helper = FormHelper()
        self.helper.add_input(Submit("check", "Check this file"))

    def clean_file(self) -> UploadedFile:
        """Read the file, or keep everything that is wrong in it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB. Nothing was changed")
        try:
            self.reading = read_file(file.name, file.read())
        except FileRefused as refusal:
            self.refusal = refusal
            count = "1 problem" if refusal.total == 1 else f"{refusal.total:,} problems"
            raise forms.ValidationError(
                f"The file has {count}, listed below. Nothing was changed"
            ) from refusal
        return file
