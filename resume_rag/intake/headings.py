"""Which section a heading opens: the names that resumes give their sections, in English, German, French, Spanish, Chinese, and the plain ones in Arabic and Hebrew.

Knows words only; whether a line stands as a heading (alone, in capitals, ruled) is decided in `sections`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from resume_rag.text import fold

SectionKind = Literal[
    "contact", "summary", "work", "volunteer", "education", "awards", "certificates", "publications", "skills",
    "languages", "interests", "references", "projects", "other",
]  # fmt: skip

_NAMES: dict[SectionKind, str] = {
    "contact": """contact | contact details | contact information | contact info | personal details | personal information |
        personal info | personal data | links | profiles | social | social media | online | online profiles | web | find me online |
        kontakt | kontaktdaten | persönliche daten | persönliche angaben | coordonnées | contacto | datos personales |
        información personal | informations personnelles | 联系方式 | 个人信息 | 基本信息 |
        بيانات الاتصال | معلومات الاتصال | المعلومات الشخصية | البيانات الشخصية | פרטים אישיים | פרטי קשר""",
    "summary": """summary | professional summary | career summary | executive summary | summary of qualifications | profile |
        professional profile | career profile | personal profile | about | about me | objective | career objective |
        professional objective | resume objective | overview | career overview | professional overview | introduction | statement |
        personal statement | bio | biography | background | info | intro | qualifications summary | highlights of qualifications |
        profil | kurzprofil | über mich | zusammenfassung | berufsprofil | resumen | resumen profesional | perfil |
        perfil profesional | sobre mí | objetivo | objetivo profesional | résumé | à propos | profil professionnel | objectif |
        简介 | 自我评价 | 个人简介 | 个人总结 | 求职意向 | 关于我 | 職務要約 | 自己pr |
        الملخص | ملخص | نبذة | نبذة شخصية | نبذة عني | الملخص المهني | الهدف الوظيفي | תקציר | אודות | תמצית | פרופיל | פרופיל אישי""",
    "work": """experience | work experience | professional experience | employment | employment history | work history | career |
        career history | professional history | professional background | relevant experience | relevant work experience |
        industry experience | job history | jobs | positions | positions held | work | experience and employment |
        research experience | teaching experience | clinical experience | nursing experience | military service |
        military experience | military | internships | internship | internship experience | additional experience |
        other experience | other work experience | previous experience | earlier experience | related experience |
        selected experience | employment experience | work and experience | consulting experience | leadership experience |
        academic experience | field experience | professional appointments | appointments | my experience |
        berufserfahrung | beruflicher werdegang | berufspraxis | praktika | werdegang | arbeitserfahrung |
        berufliche erfahrung | berufliche stationen | experiencia | experiencia laboral | experiencia profesional | trayectoria |
        trayectoria profesional | expérience | expériences | expérience professionnelle | expériences professionnelles |
        parcours professionnel | emplois | 工作经验 | 工作经历 | 职业经历 | 実務経験 | 職務経歴 | 職歴 | 工作經驗 | 工作經歷 |
        实习经历 | esperienza | esperienze | esperienza lavorativa | experiência profissional |
        الخبرة | الخبرات | الخبرة العملية | الخبرات العملية | الخبرة المهنية | الخبرات المهنية | ניסיון | ניסיון תעסוקתי | ניסיון מקצועי | תעסוקה""",
    "volunteer": """volunteer | volunteering | volunteer experience | volunteer work | volunteer activities | voluntary work |
        volunteer and community | community service | community | community involvement | community engagement | service |
        civic engagement | civic activities | extracurricular activities | extracurriculars | activities | leadership |
        leadership and activities | activities and leadership | governance | board memberships | board service | affiliation |
        affiliations | professional affiliations | memberships | professional memberships | membership | organizations |
        organisations | professional organizations | associations | professional associations | volunteering and leadership |
        leadership and volunteering | ehrenamt | ehrenamtliche tätigkeit | ehrenamtliches engagement | engagement |
        voluntariado | bénévolat | vie associative | 志愿者经历 | 志愿经历 | 社会实践 | 校园经历 |
        التطوع | العمل التطوعي | الأعمال التطوعية | התנדבות""",
    "education": """education | educational background | academic background | academic history | education and training |
        academic qualifications | educational qualifications | education history | academics | studies | schooling | degrees |
        training and education | academic education | formal education | my education | educational history |
        education and qualifications | education and academic background | training | professional training |
        ausbildung | bildung | bildungsweg | studium | schulbildung | akademische ausbildung | aus- und weiterbildung |
        weiterbildung | educación | formación | formación académica | estudios | formation | formations | éducation | études |
        diplômes | scolarité | parcours académique | 学历 | 教育经历 | 教育背景 | 教育 | 学歴 | 學歷 | istruzione | formação |
        education and coursework |
        التعليم | المؤهلات العلمية | المؤهلات | المؤهل العلمي | الدراسة | השכלה | לימודים""",
    "awards": """awards | honors | honours | awards and honors | honors and awards | honours and awards | awards and honours |
        selected honors | selected awards | recognition | recognitions | awards and recognition | achievements | key achievements |
        accomplishments | key accomplishments | awards and achievements | achievements and awards | scholarships |
        scholarships and awards | fellowships | prizes | distinctions | grants | grants and awards | career highlights |
        selected achievements | honors and distinctions | awards and scholarships | selected accomplishments |
        auszeichnungen | preise | stipendien | erfolge | premios | logros | reconocimientos | prix | distinctions et prix |
        récompenses | 荣誉 | 获奖经历 | 获奖情况 | 奖项 |
        الجوائز | פרסים | פרסים והישגים""",
    "certificates": """certificates | certifications | certification | certificate | licenses | licences | license | licensure |
        licenses and certifications | licenses and certificates | licences and certificates | certifications and licenses |
        certificates and licenses | certifications and licensure | licensure and certifications | licensure and certification |
        professional certifications | certifications and training | training and certifications | certificates and training |
        trainings and certifications | credentials | professional licenses | professional licenses and certifications |
        professional development | professional development and certifications | courses and certifications |
        certifications and courses | professional credentials | tickets and licences | courses and certificates | courses |
        online courses | zertifikate | zertifizierungen | lizenzen | certificaciones | certificados | licencias | cursos |
        certificats | certifications et licences | permis | 证书 | 资格证书 | 資格 |
        الشهادات | الدورات | الدورات التدريبية | الشهادات والدورات | הסמכות | תעודות | קורסים | קורסים והסמכות""",
    "publications": """publications | selected publications | papers | articles | writing | books | patents | publications and patents |
        patents and publications | research publications | conference papers | presentations | talks | invited talks | speaking |
        speaking engagements | conferences | conference presentations | publications and presentations | research | blog posts |
        talks and presentations | publications and talks | selected talks | veröffentlichungen | publikationen | vorträge |
        publicaciones | ponencias | patentes | brevets | conférences | 论文 | 出版物 | 发表论文 | 专利 |
        المنشورات | פרסומים""",
    "skills": """skills | technical skills | key skills | core skills | professional skills | skills and abilities | skill set |
        skillset | core competencies | competencies | key competencies | areas of expertise | expertise | technologies |
        technical expertise | technical proficiencies | technical competencies | technical summary | proficiencies | tools |
        tools and technologies | technologies and tools | technology | tech stack | software | software skills | computer skills |
        it skills | hard skills | soft skills | skills and tools | skills and expertise | skills and technologies |
        technical skills and tools | additional skills | other skills | relevant skills | clinical skills | nursing skills |
        trade skills | programming skills | skills summary | summary of skills | technical knowledge | knowledge | strengths |
        key strengths | core strengths | qualifications | key qualifications | areas of knowledge | abilities | capabilities |
        skills and competencies | core qualifications | equipment | programming languages | frameworks | my skills | technical |
        kenntnisse | fähigkeiten | fertigkeiten | kompetenzen | it-kenntnisse | edv-kenntnisse | fachkenntnisse |
        kenntnisse und fähigkeiten | technische kenntnisse | habilidades | competencias | aptitudes | conocimientos |
        compétences | compétences techniques | savoir-faire | 技能 | 技术 | 专业技能 | 技能清单 | 技术栈 | スキル | 技能特长 |
        competenze | competências |
        المهارات | مهارات | المهارات التقنية | כישורים | מיומנויות | יכולות""",
    "languages": """languages | language | language skills | languages spoken | spoken languages | foreign languages |
        language proficiency | sprachen | sprachkenntnisse | idiomas | lenguas | langues | compétences linguistiques | 语言 |
        语言能力 | 外语 | 語学 | lingue |
        اللغات | שפות""",
    "interests": """interests | hobbies | hobbies and interests | interests and hobbies | personal interests | reading |
        activities and interests | interests and activities | outside work | interessen | hobbys | hobbies und interessen |
        freizeit | intereses | aficiones | loisirs | centres d'intérêt | centres d'intérêts | 兴趣 | 兴趣爱好 | 爱好 | 趣味 |
        الاهتمامات | الهوايات | תחביבים | תחומי עניין""",
    "references": """references | referees | testimonials | recommendations | professional references | referenzen |
        referencias | références | 推荐人 | 証明人 |
        المراجع | ממליצים""",
    "projects": """projects | selected projects | personal projects | key projects | project experience | academic projects |
        side projects | notable projects | open source | open source projects | open source contributions | open-source projects |
        portfolio | samples | work samples | project work | relevant projects | technical projects | research projects |
        featured projects | recent projects | projects and open source | university projects | school projects | my projects |
        projekte | ausgewählte projekte | proyectos | proyectos personales | projets | projets personnels | réalisations | 项目 |
        项目经验 | 项目经历 | プロジェクト | progetti |
        المشاريع | פרויקטים""",
}  # fmt: skip
_BY_NAME = {fold(name): kind for kind, names in _NAMES.items() for name in names.split("|") if name.strip()}
_DECORATION = re.compile(r"^[\W_]*(?:\d{1,2}[.)]|[IVX]{1,4}\.)?[\W_]*|[\W_]+$")
_BY_LETTERS = {name.replace(" ", ""): kind for name, kind in _BY_NAME.items() if name.isascii()}
_LETTER_SPACED = re.compile(r"^(?:[^\W\d_][ ]){3,}[^\W\d_]$")


@lru_cache(maxsize=4096)
def find_section(text: str) -> SectionKind | None:
    """The section that a heading of this wording opens, or None.

    >>> find_section("WORK EXPERIENCE:"), find_section("Licenses & Certifications"), find_section("E D U C A T I O N")
    ('work', 'certificates', 'education')
    >>> find_section("Experience with Kafka") is None
    True
    """
    if len(text) > 100:
        return None
    words = _DECORATION.sub("", text.strip())
    parts = re.split(r"\s{2,}", words)
    if all(_LETTER_SPACED.match(word) for word in parts):
        words = " ".join(part.replace(" ", "") for part in parts)
        if len(parts) == 1 and (kind := _BY_LETTERS.get(fold(words))) is not None:
            return kind
    words = re.sub(r"\s*(?:&|\+|/|\band/or\b|\bund\b|\by\b|\bet\b)\s*", " and ", fold(words))
    words = re.sub(r"\s*\((?:selected|continued|cont\.?|cont'd)\)$|\s+(?:continued|cont\.?|cont'd)$", "", words)
    words = re.sub(r"^(?:my|selected|relevant)\s+", "", words) if words not in _BY_NAME else words
    return _BY_NAME.get(words) or _find_compound(words)


def _find_compound(words: str) -> SectionKind | None:
    """``skills and interests``: two known names; the first decides."""
    head, joint, tail = words.replace(", and ", " and ").replace(", ", " and ", 1).partition(" and ")
    if joint and tail and (kind := _BY_NAME.get(head)) and all(part in _BY_NAME for part in tail.split(" and ")):
        return kind
    return None
