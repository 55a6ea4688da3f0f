"""The stable list of codes that a finding can carry, each with one plain sentence.

Codes are for logs, re-ask messages and tables; they hold no text of anybody's resume. A code is never renamed, and a
new rule takes a new code. This file knows nothing of how a code is found.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    # numbers
    "number_added": "A number stands in the line that its source does not give.",
    "number_changed": "A number of the source was changed, or its bound (about, over, up to) was.",
    "unit_changed": "A number has another unit, currency or rate than in the source.",
    "number_object_changed": "A number counts or measures something else than in the source.",
    "direction_changed": "Something that went up, down, from or to in the source goes the other way.",
    "years_overstated": "More years are claimed than the dates of the resume add up to.",
    # names and words
    "entity_added": "A name (company, client, place, person, product) is not in the source.",
    "term_added": "A technology, method or thing is not in the source.",
    "setting_swapped": "The work is placed in another setting (ward, school, plant, market) than in the source.",
    "duty_added": "An action or duty is not in the source.",
    "object_changed": "The action is done to something else than in the source.",
    "quality_added": "A judgement of quality, size or skill is not in the source.",
    "scope_added": "The reach (all, every, global, company-wide) is wider than in the source.",
    "credit_added": "More of the credit is claimed than the source gives.",
    "cause_added": "One thing is said to have led to another, and the source does not say so.",
    "modality_dropped": "The source says helped, supported, under supervision, planned or the like, and the line leaves it out.",
    "negation_dropped": "A not, no or without of the source is lost or weakened.",
    "negation_added": "The line says not, no, zero or without, and the source does not.",
    "seniority_changed": "A level or title word is not the source's.",
    "garbled": "The line is a fragment that no longer says what its source says.",
    "role_mixed": "The line belongs to another entry or section of the resume.",
    # locked fields
    "name_changed": "The person's name is not the source's.",
    "contact_changed": "A contact detail is not the source's.",
    "title_changed": "A job title is not the source's.",
    "employer_changed": "An employer or organisation is not the source's.",
    "location_changed": "A place is not the source's.",
    "date_changed": "A date is not the source's.",
    "school_changed": "A school is not the source's.",
    "degree_changed": "A degree, field of study, course or grade is not the source's.",
    "certificate_changed": "A certificate's name, issuer or date is not the source's.",
    "award_changed": "An award's title, giver or date is not the source's.",
    "publication_changed": "A publication's title, publisher or date is not the source's.",
    "language_level_changed": "A language's level is not the source's.",
    "skill_level_changed": "A skill's level is not the source's.",
    "field_changed": "Another locked field is not the source's.",
    "entry_added": "An entry (role, project, membership) is not in the source.",
    "degree_added": "A degree or school is not in the source.",
    "certificate_added": "A certificate or licence is not in the source.",
    "award_added": "An award is not in the source.",
    "publication_added": "A publication is not in the source.",
    "skill_added": "A skill is not in the source.",
    "language_added": "A language is not in the source.",
    "interest_added": "An interest is not in the source.",
    # origin
    "leak_example": "Words come from an example resume and not from the source.",
    "leak_job": "Words come from the job post and not from the source.",
    "language_unchecked": "The line is changed and not in English, so most rules cannot read it.",
}
"""Code to plain sentence, in the order of the README's table."""
