"""Build the two binary demo resumes in resume_rag/data/demo.

    python tests/build_demo_files.py [OUTPUT_DIR]

Writes engineer_resume.pdf (reportlab) and nurse_resume.docx (python-docx).
Both come out byte for byte the same on every run with the same library
versions.  The people, employers and schools in them are made up.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from pathlib import Path

from docx import Document
from docx.shared import Inches, Pt, RGBColor
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    HRFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)

DEMO_DIR = Path(__file__).resolve().parent.parent / "resume_rag" / "data" / "demo"
FIXED_DATE = dt.datetime(2026, 11, 23)

ENGINEER = {
    "name": "Tomas Herrera Lind",
    "contact": "Portland, OR | tomas.lind@example.com | +1-555-0142 | https://tlind.example.net",
    "summary": (
        "Backend engineer with 12 years of experience, mostly with Go, Kafka and PostgreSQL. "
        "I have worked on payments, logistics and utility billing. I like systems that are "
        "boring to operate and I am used to being on call for what I build."
    ),
    "experience": [
        {
            "position": "Senior Backend Engineer",
            "employer": "Fernhollow Payments, Portland, OR",
            "dates": "Mar 2021 - Present",
            "bullets": [
                "Was responsible for moving the payment ledger from a Ruby monolith to Go services "
                "with PostgreSQL 14, which now handle about 3,200 transactions per minute at peak.",
                "Worked on the Kafka setup that passes settlement events between 11 services, and "
                "helped to get duplicate settlements down from roughly 40 a week to 2 or 3.",
                "Did various query and index improvements in PostgreSQL so that the monthly "
                "reconciliation report takes 18 minutes instead of almost 4 hours.",
                "Part of the on-call rotation (one week in six), wrote 14 runbooks for incidents "
                "that kept coming back, and looked after two junior engineers.",
            ],
        },
        {
            "position": "Backend Engineer",
            "employer": "Quillmark Freight Systems, Boise, ID",
            "dates": "Jun 2017 - Feb 2021",
            "bullets": [
                "Worked on a REST and gRPC API in Go for shipment tracking that was used by 60 "
                "carriers and got around 9 million calls a day.",
                "Was involved in the introduction of Redis caching for rate quotes, p95 response time went from 850 ms to 210 ms.",
                "Helped with setting up GitLab CI pipelines and Docker images, deployments went "
                "from every two weeks to about four times a week.",
            ],
        },
        {
            "position": "Junior Software Developer",
            "employer": "Tamarack Basin Utilities, Boise, ID",
            "dates": "Aug 2014 - May 2017",
            "bullets": [
                "Maintained Python and Django batch jobs for the meter readings of 48,000 "
                "households, and was also in charge of fixing them when the nightly run failed.",
                "Was tasked with writing unit tests for the billing module, test coverage went from 22% to 71% in about a year.",
            ],
        },
    ],
    "skills": [
        ("Languages", "Go, Python, SQL, Bash, some Ruby"),
        ("Data and messaging", "PostgreSQL, Kafka, Redis, Avro"),
        ("Services", "gRPC, REST, OpenAPI, Docker, GitLab CI"),
        ("Operations", "Linux, Prometheus, Grafana, AWS (EC2, RDS, S3), Terraform basics"),
    ],
    "education": [
        "B.Sc. Computer Science, Clearwater Valley State University, Lewiston, ID | 2010 - 2014",
    ],
    "certificates": [
        "AWS Certified Developer - Associate | Sep 2022",
        "PostgreSQL Performance Tuning (40-hour course), Slate Lake Training | Apr 2019",
    ],
    "languages": "English (native), Spanish (fluent), Swedish (basic)",
}

NURSE = {
    "name": "Priscilla Tamayo, BSN, RN",
    "contact": "Tucson, AZ | priscilla.tamayo@example.org | +1-555-0167",
    "summary": (
        "Registered nurse with nine years of experience in telemetry, medical-surgical and skilled "
        "nursing care. I am looking for a position with sicker cardiac patients where I can keep "
        "learning."
    ),
    "experience": [
        {
            "position": "Registered Nurse, Telemetry (4 West)",
            "employer": "Copperline Basin Medical Center, Tucson, AZ",
            "dates": "September 2021 - Present",
            "bullets": [
                "Responsible for 4 to 5 patients per shift on a 32-bed telemetry unit, with heart "
                "failure, post-PCI and new onset atrial fibrillation being the most common.",
                "Handle diltiazem, amiodarone and heparin drips per protocol and watch rhythm "
                "strips, calling rapid response when needed, about 2 to 3 times a month.",
                "Was involved in a falls project with bed alarms and hourly rounding, falls on the unit went from 11 in 2023 to 4 in 2024.",
                "Helped with the orientation of 9 new graduate nurses as a preceptor, 12 weeks each, and 8 of them are still on the unit.",
            ],
        },
        {
            "position": "Registered Nurse, Medical-Surgical (3 East)",
            "employer": "Copperline Basin Medical Center, Tucson, AZ",
            "dates": "February 2019 - September 2021",
            "bullets": [
                "Took care of 5 to 6 post-operative and medical patients per shift on a 28-bed "
                "unit, which was used as a COVID-19 unit from April 2020 to March 2021.",
                "Was one of the super users for the Epic go-live and answered questions of around 45 colleagues during the first 6 weeks.",
                "Did the discharge phone calls for heart failure patients, approximately 25 per "
                "month, to go over medications and daily weights.",
            ],
        },
        {
            "position": "Registered Nurse, Skilled Nursing and Rehabilitation",
            "employer": "Mesquite Lantern Care Center, Marana, AZ",
            "dates": "July 2017 - January 2019",
            "bullets": [
                "Gave medications and treatments to 22 residents on the evening shift, including wound vac dressings for 3 or 4 of them.",
                "Assisted in putting together a wound tracking sheet, and new pressure injuries went down from 7 to 2 over nine months.",
            ],
        },
    ],
    "education": [
        "Bachelor of Science in Nursing (RN to BSN), Sonora Valley State University | 2019 - 2021",
        "Associate Degree in Nursing, Santa Rosalia Hills Community College | 2015 - 2017",
    ],
    "certificates": [
        "Registered Nurse license, Arizona (multistate), since 2017",
        "Advanced Cardiac Life Support (ACLS), renewed 2025",
        "Basic Life Support (BLS), renewed 2025",
        "NIH Stroke Scale (NIHSS), 2024",
    ],
    "skills": (
        "Cardiac monitoring, 12-lead ECG, titration of drips per protocol, post-PCI groin and "
        "radial site checks, BiPAP and high-flow oxygen, central line care, Epic, SBAR handoff, "
        "patient teaching"
    ),
    "languages": "English (native), Spanish (fluent, qualified bilingual staff)",
}


def build_engineer_pdf(path: Path) -> None:
    ink, accent, grey = HexColor("#1d1d1f"), HexColor("#1f4e79"), HexColor("#55585c")

    def style(name: str, **kw) -> ParagraphStyle:
        base = {"fontName": "Helvetica", "fontSize": 9.6, "leading": 12.4, "textColor": ink, "alignment": TA_LEFT}
        return ParagraphStyle(name, **{**base, **kw})

    name = style("name", fontName="Helvetica-Bold", fontSize=20, leading=25, textColor=accent)
    contact = style("contact", fontSize=9.4, textColor=grey)
    heading = style("heading", fontName="Helvetica-Bold", fontSize=11.5, leading=13.5, textColor=accent, spaceBefore=7)
    body = style("body")
    # The bullet of the built-in Helvetica comes back from text extraction as a
    # control character; Vera, which ships with reportlab, is embedded with a
    # Unicode map and gives a real one.
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    bullet = style(
        "bullet",
        leftIndent=13,
        bulletIndent=3,
        spaceAfter=1.2,
        bulletFontName="Vera",
        bulletFontSize=8,
        bulletColor=accent,
    )
    role = style("role", fontName="Helvetica-Bold", fontSize=10, spaceBefore=3)
    employer = style("employer", fontName="Helvetica-Oblique", textColor=grey, spaceAfter=2)

    story = [Paragraph(ENGINEER["name"], name), Paragraph(ENGINEER["contact"], contact)]

    def section(title: str) -> None:
        story.append(Paragraph(title, heading))
        story.append(HRFlowable(width="100%", thickness=0.7, color=accent, spaceBefore=1, spaceAfter=4))

    def bullets(items: list[str]) -> None:
        story.extend(Paragraph(text, bullet, bulletText="\u2022") for text in items)

    section("Summary")
    story.append(Paragraph(ENGINEER["summary"], body))
    section("Experience")
    for job in ENGINEER["experience"]:
        story.append(Paragraph(job["position"], role))
        story.append(Paragraph(f"{job['employer']} | {job['dates']}", employer))
        bullets(job["bullets"])
        story.append(Spacer(1, 2))
    section("Skills")
    for label, text in ENGINEER["skills"]:
        story.append(Paragraph(f"<b>{label}:</b> {text}", body))
    section("Education")
    for text in ENGINEER["education"]:
        story.append(Paragraph(text, body))
    section("Certificates")
    for text in ENGINEER["certificates"]:
        story.append(Paragraph(text, body))
    section("Languages")
    story.append(Paragraph(ENGINEER["languages"], body))

    SimpleDocTemplate(
        str(path),
        pagesize=LETTER,
        leftMargin=0.85 * inch,
        rightMargin=0.85 * inch,
        topMargin=0.6 * inch,
        bottomMargin=0.5 * inch,
        title=f"Resume of {ENGINEER['name']}",
        author=ENGINEER["name"],
        invariant=1,
    ).build(story)


def build_nurse_docx(path: Path) -> None:
    doc = Document()
    for margin in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(doc.sections[0], margin, Inches(0.85))
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(3)
    doc.styles["List Bullet"].paragraph_format.space_after = Pt(2)
    doc.styles["Heading 1"].paragraph_format.space_before = Pt(12)
    doc.styles["Heading 2"].paragraph_format.space_before = Pt(6)
    doc.styles["Heading 2"].font.size = Pt(11.5)

    doc.add_paragraph(NURSE["name"], style="Title")
    doc.add_paragraph(NURSE["contact"])
    doc.add_heading("Professional Summary", level=1)
    doc.add_paragraph(NURSE["summary"])
    doc.add_heading("Work Experience", level=1)
    for job in NURSE["experience"]:
        doc.add_heading(job["position"], level=2)
        line = doc.add_paragraph().add_run(f"{job['employer']} | {job['dates']}")
        line.italic = True
        line.font.color.rgb = RGBColor(0x55, 0x58, 0x5C)
        for text in job["bullets"]:
            doc.add_paragraph(text, style="List Bullet")
    doc.add_heading("Education", level=1)
    for text in NURSE["education"]:
        doc.add_paragraph(text)
    doc.add_heading("Licenses and Certifications", level=1)
    for text in NURSE["certificates"]:
        doc.add_paragraph(text, style="List Bullet")
    doc.add_heading("Skills", level=1)
    doc.add_paragraph(NURSE["skills"])
    doc.add_heading("Languages", level=1)
    doc.add_paragraph(NURSE["languages"])

    props = doc.core_properties
    props.title, props.author = f"Resume of {NURSE['name']}", "Priscilla Tamayo"
    props.last_modified_by, props.comments = "Priscilla Tamayo", ""
    props.created = props.modified = FIXED_DATE
    props.revision = 1

    # A .docx is a zip archive and python-docx stamps each member with the
    # current time; write the members again with a fixed one.
    raw = io.BytesIO()
    doc.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, FIXED_DATE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(member.filename))


def main(argv: list[str]) -> int:
    out = Path(argv[0]) if argv else DEMO_DIR
    out.mkdir(parents=True, exist_ok=True)
    build_engineer_pdf(out / "engineer_resume.pdf")
    build_nurse_docx(out / "nurse_resume.docx")
    for name in ("engineer_resume.pdf", "nurse_resume.docx"):
        print(f"{out / name}: {(out / name).stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
