"""The units of the sample city: Bandung's agencies, districts (kecamatan) and wards (kelurahan)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Agency:
    """An agency (perangkat daerah): ``weight`` is its share of the civil servants beyond a minimum, ``field_unit`` what its places of service are called."""

    code: str
    name: str
    divisions: tuple[str, ...]
    experts: tuple[str, ...]
    """Names of its functional positions (jabatan fungsional)."""
    weight: float = 1.0
    field_unit: tuple[str, str] | None = None
    """Kind and name pattern of its places of service, where it has many."""


GENERAL_STAFF = (
    "Pengadministrasi Perkantoran",
    "Pengelola Layanan Operasional",
    "Penata Layanan Operasional",
    "Pengolah Data dan Informasi",
)

# In the order in which a growing sample takes them in.
AGENCIES = (
    Agency(
        "bkpsdm",
        "Badan Kepegawaian dan Pengembangan SDM",
        ("Kinerja dan Penghargaan", "Mutasi dan Promosi", "Pengembangan Kompetensi"),
        ("Analis SDM Aparatur", "Asesor SDM Aparatur"),
    ),
    Agency(
        "diskominfo",
        "Dinas Komunikasi dan Informatika",
        ("Aplikasi Informatika", "Infrastruktur Teknologi", "Informasi dan Komunikasi Publik"),
        ("Pranata Komputer", "Pranata Hubungan Masyarakat", "Sandiman"),
    ),
    Agency(
        "disdik",
        "Dinas Pendidikan",
        ("Pembinaan Sekolah Dasar", "Pembinaan Sekolah Menengah Pertama", "Pendidik dan Tenaga Kependidikan"),
        ("Guru", "Pengawas Sekolah"),
        40.0,
        ("school", "SD Negeri {:03d} Bandung"),
    ),
    Agency(
        "dinkes",
        "Dinas Kesehatan",
        ("Kesehatan Masyarakat", "Pelayanan Kesehatan", "Pencegahan Penyakit"),
        ("Perawat", "Dokter", "Bidan", "Nutrisionis"),
        14.0,
        ("health_centre", "UPTD Puskesmas {}"),
    ),
    Agency(
        "inspektorat",
        "Inspektorat Daerah",
        ("Inspektur Pembantu Wilayah I", "Inspektur Pembantu Wilayah II", "Inspektur Pembantu Khusus"),
        ("Auditor", "Pengawas Penyelenggaraan Urusan Pemerintahan Daerah"),
    ),
    Agency("dishub", "Dinas Perhubungan", ("Lalu Lintas", "Angkutan", "Prasarana"), ("Penguji Kendaraan Bermotor", "Perencana"), 3.0),
    Agency(
        "satpolpp",
        "Satuan Polisi Pamong Praja",
        ("Ketertiban Umum", "Penegakan Produk Hukum Daerah", "Perlindungan Masyarakat"),
        ("Polisi Pamong Praja",),
        4.0,
    ),
    Agency(
        "bkad",
        "Badan Keuangan dan Aset Daerah",
        ("Anggaran", "Akuntansi", "Barang Milik Daerah"),
        ("Analis Keuangan Pusat dan Daerah", "Pranata Keuangan"),
        1.5,
    ),
    Agency(
        "bapperida",
        "Badan Perencanaan Pembangunan, Riset dan Inovasi Daerah",
        ("Perencanaan Makro", "Pembangunan Manusia", "Riset dan Inovasi"),
        ("Perencana", "Analis Kebijakan"),
        1.2,
    ),
    Agency(
        "disdukcapil",
        "Dinas Kependudukan dan Pencatatan Sipil",
        ("Pendaftaran Penduduk", "Pencatatan Sipil", "Pengelolaan Informasi"),
        ("Administrator Database Kependudukan", "Operator SIAK"),
        1.5,
    ),
    Agency(
        "dsdabm",
        "Dinas Sumber Daya Air dan Bina Marga",
        ("Sumber Daya Air", "Bina Marga", "Pemeliharaan"),
        ("Teknik Jalan dan Jembatan", "Teknik Pengairan"),
        3.0,
    ),
    Agency(
        "dlh",
        "Dinas Lingkungan Hidup",
        ("Tata Lingkungan", "Pengendalian Pencemaran", "Pengelolaan Persampahan"),
        ("Pengendali Dampak Lingkungan", "Penyuluh Lingkungan Hidup"),
        2.5,
    ),
    Agency(
        "dinsos",
        "Dinas Sosial",
        ("Rehabilitasi Sosial", "Pemberdayaan Sosial", "Perlindungan dan Jaminan Sosial"),
        ("Pekerja Sosial", "Penyuluh Sosial"),
        1.2,
    ),
    Agency(
        "disnaker",
        "Dinas Ketenagakerjaan",
        ("Pelatihan Kerja", "Penempatan Kerja", "Hubungan Industrial"),
        ("Mediator Hubungan Industrial", "Pengantar Kerja"),
    ),
    Agency(
        "disbudpar",
        "Dinas Kebudayaan dan Pariwisata",
        ("Kebudayaan", "Destinasi Pariwisata", "Pemasaran"),
        ("Pamong Budaya", "Adyatama Kepariwisataan"),
    ),
    Agency(
        "disdagin",
        "Dinas Perdagangan dan Perindustrian",
        ("Perdagangan", "Perindustrian", "Metrologi"),
        ("Penera", "Pengawas Perdagangan"),
        1.2,
    ),
    Agency(
        "diskukm",
        "Dinas Koperasi dan Usaha Kecil Menengah",
        ("Koperasi", "Usaha Kecil Menengah", "Pengawasan"),
        ("Pengembang Kewirausahaan", "Pengawas Koperasi"),
    ),
    Agency(
        "dkpp",
        "Dinas Ketahanan Pangan dan Pertanian",
        ("Ketahanan Pangan", "Pertanian", "Kesehatan Hewan"),
        ("Penyuluh Pertanian", "Medik Veteriner"),
        1.2,
    ),
    Agency(
        "dispora", "Dinas Pemuda dan Olahraga", ("Kepemudaan", "Keolahragaan", "Sarana Olahraga"), ("Pelatih Olahraga", "Analis Kebijakan")
    ),
    Agency("disarpus", "Dinas Arsip dan Perpustakaan", ("Kearsipan", "Perpustakaan", "Layanan"), ("Arsiparis", "Pustakawan")),
    Agency(
        "dpmptsp",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        ("Penanaman Modal", "Perizinan", "Pengaduan"),
        ("Penata Perizinan", "Analis Kebijakan"),
        1.2,
    ),
    Agency(
        "bapenda",
        "Badan Pendapatan Daerah",
        ("Pajak Daerah", "Penagihan", "Pengembangan Pendapatan"),
        ("Pemeriksa Pajak", "Penilai Pajak"),
        2.0,
    ),
    Agency(
        "kesbangpol",
        "Badan Kesatuan Bangsa dan Politik",
        ("Ideologi dan Wawasan Kebangsaan", "Politik Dalam Negeri", "Kewaspadaan Nasional"),
        ("Analis Kebijakan",),
    ),
    Agency(
        "diskarpb",
        "Dinas Kebakaran dan Penanggulangan Bencana",
        ("Pencegahan", "Pemadaman", "Penanggulangan Bencana"),
        ("Pemadam Kebakaran", "Analis Kebakaran"),
        2.5,
    ),
    Agency(
        "ciptabintar",
        "Dinas Cipta Karya, Bina Konstruksi dan Tata Ruang",
        ("Cipta Karya", "Bina Konstruksi", "Tata Ruang"),
        ("Penata Ruang", "Teknik Tata Bangunan"),
        1.5,
    ),
    Agency(
        "dp3a",
        "Dinas Pemberdayaan Perempuan dan Perlindungan Anak",
        ("Perlindungan Perempuan", "Pemenuhan Hak Anak", "Pengarusutamaan Gender"),
        ("Pekerja Sosial", "Analis Kebijakan"),
    ),
    Agency(
        "dppkb",
        "Dinas Pengendalian Penduduk dan Keluarga Berencana",
        ("Pengendalian Penduduk", "Keluarga Berencana", "Ketahanan Keluarga"),
        ("Penyuluh Keluarga Berencana",),
        1.5,
    ),
)

# Kecamatan with their kelurahan.
DISTRICTS: dict[str, tuple[str, ...]] = {
    "Coblong": ("Dago", "Sekeloa", "Lebak Gede", "Lebak Siliwangi", "Cipaganti", "Sadang Serang"),
    "Sukajadi": ("Pasteur", "Cipedes", "Sukabungah", "Sukagalih", "Sukawarna"),
    "Lengkong": ("Turangga", "Malabar", "Burangrang", "Cijagra", "Cikawao", "Lingkar Selatan", "Paledang"),
    "Andir": ("Campaka", "Ciroyom", "Dunguscariang", "Garuda", "Kebon Jeruk", "Maleber"),
    "Antapani": ("Antapani Kidul", "Antapani Kulon", "Antapani Tengah", "Antapani Wetan"),
    "Arcamanik": ("Cisaranten Bina Harapan", "Cisaranten Endah", "Cisaranten Kulon", "Sukamiskin"),
    "Astana Anyar": ("Cibadak", "Karanganyar", "Karasak", "Nyengseret", "Panjunan", "Pelindung Hewan"),
    "Babakan Ciparay": ("Babakan", "Babakan Ciparay", "Cirangrang", "Margahayu Utara", "Margasuka", "Sukahaji"),
    "Bandung Kidul": ("Batununggal", "Kujangsari", "Mengger", "Wates"),
    "Bandung Kulon": (
        "Caringin",
        "Cibuntu",
        "Cigondewah Kaler",
        "Cigondewah Kidul",
        "Cigondewah Rahayu",
        "Cijerah",
        "Gempolsari",
        "Warungmuncang",
    ),
    "Bandung Wetan": ("Cihapit", "Citarum", "Tamansari"),
    "Batununggal": ("Binong", "Cibangkong", "Gumuruh", "Kacapiring", "Kebongedang", "Kebonwaru", "Maleer", "Samoja"),
    "Bojongloa Kaler": ("Babakan Asih", "Babakan Tarogong", "Jamika", "Kopo", "Suka Asih"),
    "Bojongloa Kidul": ("Cibaduyut", "Cibaduyut Kidul", "Cibaduyut Wetan", "Kebon Lega", "Mekarwangi", "Situsaeur"),
    "Buahbatu": ("Cijawura", "Jatisari", "Margasari", "Sekejati"),
    "Cibeunying Kaler": ("Cigadung", "Cihaurgeulis", "Neglasari", "Sukaluyu"),
    "Cibeunying Kidul": ("Cicadas", "Cikutra", "Padasuka", "Pasirlayung", "Sukamaju", "Sukapada"),
    "Cibiru": ("Cipadung", "Cisurupan", "Palasari", "Pasirbiru"),
    "Cicendo": ("Arjuna", "Husen Sastranegara", "Pajajaran", "Pamoyanan", "Pasirkaliki", "Sukaraja"),
    "Cidadap": ("Ciumbuleuit", "Hegarmanah", "Ledeng"),
    "Cinambo": ("Babakan Penghulu", "Cisaranten Wetan", "Pakemitan", "Sukamulya"),
    "Gedebage": ("Cimincrang", "Cisaranten Kidul", "Rancabolang", "Rancanumpang"),
    "Kiaracondong": ("Babakansari", "Babakansurabaya", "Cicaheum", "Kebonjayanti", "Kebonkangkung", "Sukapura"),
    "Mandalajati": ("Jatihandap", "Karangpamulang", "Pasir Impun", "Sindangjaya"),
    "Panyileukan": ("Cipadung Kidul", "Cipadung Kulon", "Cipadung Wetan", "Mekarmulya"),
    "Rancasari": ("Cipamokolan", "Darwati", "Manjahlega", "Mekarjaya"),
    "Regol": ("Ancol", "Balonggede", "Ciateul", "Cigereleng", "Ciseureuh", "Pasirluyu", "Pungkur"),
    "Sukasari": ("Gegerkalong", "Isola", "Sarijadi", "Sukarasa"),
    "Sumur Bandung": ("Babakanciamis", "Braga", "Kebonpisang", "Merdeka"),
    "Ujungberung": ("Cigending", "Pasanggrahan", "Pasirendah", "Pasirjati", "Pasirwangi"),
}
DISTRICT_WEIGHT = 1.6
