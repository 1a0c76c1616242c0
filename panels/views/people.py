"""The directory of people who may sit on a trust's panels."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from appointments.policies import can_create
from appointments.queries import trust_run
from panels import queries, services
from panels.forms import FindForm, PersonForm


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the directory."""
    if not can_create(request.user):
        raise Http404
    form = FindForm(request.GET)
    page = queries.directory(request.user, form.asked_for, page=request.GET.get("page", 1))
    context = {
        "form": form,
        "page_obj": page,
        "people": page.object_list,
        "text": form.asked_for,
        "today": timezone.localdate(),
    }
    return render(request, "panels/people.html", context)


@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Enter somebody in the directory."""
    trust = trust_run(request.user)
    if trust is None:
        raise Http404
    form = PersonForm(request.POST if request.method == "POST" else None, trust=trust)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.add_person(
                trust=trust, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except services.EmailTaken as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{person.name} is in the directory.")
            return redirect("panels:people")
    return render(request, "panels/person.html", {"form": form, "person": None})


@require_http_methods(["GET", "POST"])
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is recorded about somebody."""
    person = get_object_or_404(queries.people_run(request.user), pk=pk)
    form = PersonForm(
        request.POST if request.method == "POST" else None, trust=person.trust, person=person
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(
                person=person, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except (services.EmailTaken, services.EmailFixed) as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"What you changed about {person.name} is saved.")
            return redirect("panels:people")
    return render(request, "panels/person.html", {"form": form, "person": person})
