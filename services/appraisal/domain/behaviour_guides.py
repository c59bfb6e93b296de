"""The core values BerAKHLAK with the conduct each asks for (panduan perilaku; SE MenPANRB 20/2021, PermenPANRB 6/2022)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.appraisal.domain.words import BehaviourValue, Language

ID, EN = Language.INDONESIAN, Language.ENGLISH


@dataclass(frozen=True)
class Guide:
    """One value: its name and three sentences of conduct in each language."""

    value: BehaviourValue
    name: Mapping[Language, str]
    conduct: Mapping[Language, tuple[str, str, str]]


GUIDES: tuple[Guide, ...] = (
    Guide(
        BehaviourValue.BERORIENTASI_PELAYANAN,
        {ID: "Berorientasi Pelayanan", EN: "Service-oriented"},
        {
            ID: (
                "Memahami dan memenuhi kebutuhan masyarakat.",
                "Ramah, cekatan, solutif, dan dapat diandalkan.",
                "Melakukan perbaikan tiada henti.",
            ),
            EN: (
                "Understands and meets the needs of the public.",
                "Is friendly, quick, finds solutions and can be relied on.",
                "Never stops improving.",
            ),
        },
    ),
    Guide(
        BehaviourValue.AKUNTABEL,
        {ID: "Akuntabel", EN: "Accountable"},
        {
            ID: (
                "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi.",
                "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien.",
                "Tidak menyalahgunakan kewenangan jabatan.",
            ),
            EN: (
                "Does the work honestly, responsibly, carefully, with discipline and high integrity.",
                "Uses the state's money and goods responsibly, effectively and efficiently.",
                "Does not abuse the authority of the office.",
            ),
        },
    ),
    Guide(
        BehaviourValue.KOMPETEN,
        {ID: "Kompeten", EN: "Competent"},
        {
            ID: (
                "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah.",
                "Membantu orang lain belajar.",
                "Melaksanakan tugas dengan kualitas terbaik.",
            ),
            EN: (
                "Builds own competence to meet challenges that keep changing.",
                "Helps others to learn.",
                "Does the work with the best quality.",
            ),
        },
    ),
    Guide(
        BehaviourValue.HARMONIS,
        {ID: "Harmonis", EN: "Harmonious"},
        {
            ID: (
                "Menghargai setiap orang apa pun latar belakangnya.",
                "Suka menolong orang lain.",
                "Membangun lingkungan kerja yang kondusif.",
            ),
            EN: (
                "Respects everybody, whatever their background.",
                "Likes to help others.",
                "Builds a workplace in which people can work well.",
            ),
        },
    ),
    Guide(
        BehaviourValue.LOYAL,
        {ID: "Loyal", EN: "Loyal"},
        {
            ID: (
                "Memegang teguh ideologi Pancasila, Undang-Undang Dasar Negara Republik Indonesia Tahun 1945, setia kepada Negara "
                "Kesatuan Republik Indonesia serta pemerintahan yang sah.",
                "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara.",
                "Menjaga rahasia jabatan dan negara.",
            ),
            EN: (
                "Holds to Pancasila and the 1945 Constitution, and is loyal to the Unitary State of the Republic of Indonesia and its "
                "lawful government.",
                "Guards the good name of fellow civil servants, leaders, the agency and the state.",
                "Keeps the secrets of the office and the state.",
            ),
        },
    ),
    Guide(
        BehaviourValue.ADAPTIF,
        {ID: "Adaptif", EN: "Adaptive"},
        {
            ID: (
                "Cepat menyesuaikan diri menghadapi perubahan.",
                "Terus berinovasi dan mengembangkan kreativitas.",
                "Bertindak proaktif.",
            ),
            EN: (
                "Adjusts quickly to change.",
                "Keeps innovating and develops creativity.",
                "Acts before being asked.",
            ),
        },
    ),
    Guide(
        BehaviourValue.KOLABORATIF,
        {ID: "Kolaboratif", EN: "Collaborative"},
        {
            ID: (
                "Memberi kesempatan kepada berbagai pihak untuk berkontribusi.",
                "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah.",
                "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama.",
            ),
            EN: (
                "Gives many parties the chance to contribute.",
                "Is open to working together to add value.",
                "Gets all kinds of resources used for shared aims.",
            ),
        },
    ),
)
