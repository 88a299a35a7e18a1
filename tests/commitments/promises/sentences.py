"""Sentences by hand: what the guard must find, with the number of the phrase and its severity, and what it must pass over."""

FOUND_ID = """
1 3 Paspor Anda pasti selesai besok.
2 3 Layanan dipastikan buka.
3 3 Kami pastikan berkas Anda aman.
3 3 Kami akan memastikan hal ini.
4 3 Hal ini sudah pasti.
5 3 Keamanan data dijamin.
6 3 Kami menjamin layanan ini.
7 3 Ini jaminan kami.
8 3 Ada garansi dari kantor.
9 3 Kuota 100% tersedia.
9 3 Seratus persen aman.
10 2 Tidak mungkin gagal.
10 2 Mustahil terlambat.
11 2 Datanglah tanpa ragu.
12 2 Tidak perlu khawatir.
13 2 Tenang saja, Pak.
14 1 Layanan yang dapat dipercaya sepenuhnya.
15 3 Berkas selesai selambat-lambatnya 3 hari kerja.
16 3 Paspor terbit paling lambat Jumat.
17 3 Permohonan diproses dalam waktu 3 (tiga) hari kerja.
18 3 Jawaban diberikan dalam 3 x 24 jam.
19 3 Kami selesaikan hari ini juga.
20 3 Paspor sore ini selesai.
20 3 Besok pasti selesai.
21 3 Sebelum 5 Desember sudah selesai.
22 2 Layanan kami tepat waktu.
23 1 Semua berjalan sesuai jadwal.
24 2 Mulai 1 Desember akan berlaku tarif baru.
25 3 Paspor sehari jadi.
25 3 Paspor langsung jadi dan bisa ditunggu.
26 3 Pengurusan selesai dalam satu jam.
27 2 Akan diproses secepatnya.
28 2 Segera kami proses.
29 2 Diproses sesegera mungkin.
30 2 Loket dibuka dalam waktu dekat.
31 2 Tidak lama lagi loket dibuka.
32 2 Layanan super cepat.
33 3 Layanan tanpa antre.
34 3 Permohonan Anda akan disetujui.
35 3 Permintaan akan kami penuhi.
36 3 Paspor akan diterbitkan.
37 3 Berkas dipastikan lolos.
38 3 Permohonan tidak akan ditolak.
39 3 Anda pasti dapat kuota.
40 2 Paspor Anda aman.
41 3 Masalah Anda akan selesai.
42 2 Mesin akan diperbaiki.
43 3 Kejadian ini tidak akan terulang.
44 2 Hari Senin akan ditambah kuotanya.
45 3 Kami berjanji melayani.
46 2 Kami berkomitmen melayani.
47 2 Kami siap membantu Anda.
48 2 Laporan akan kami tindak lanjuti.
49 2 Dokumen akan kami kirimkan.
50 2 Bapak akan kami hubungi.
51 2 Hal ini akan kami sampaikan ke pimpinan.
52 1 Kami usahakan.
53 1 Mohon ditunggu kabarnya.
54 3 Kami tanggung jawab penuh.
55 2 Petugas sanggup melayani.
56 2 Loket selalu buka.
57 2 Sistem tidak pernah mati.
58 2 Semua pemohon dilayani.
59 3 Berlaku tanpa kecuali.
60 2 Hubungi kami kapan saja.
61 1 Bisa diurus di mana saja.
62 2 Paspor berlaku seumur hidup.
63 2 Target kami zero complaint.
64 2 Layanan ini gratis.
65 2 Tidak dipungut biaya.
66 2 Hanya Rp350.000 saja.
67 3 Biaya tidak akan naik.
68 3 Uang Anda akan kembali.
68 3 Kami beri ganti rugi.
69 2 Tarif termurah.
70 3 Ini khusus untuk Bapak.
71 3 Berkas Anda kami prioritaskan.
72 2 Ada jalur khusus.
73 3 Nanti kami bantu percepat.
74 3 Itu bisa diatur.
75 2 Hubungi saya langsung.
76 3 Ada pengecualian untuk Anda.
77 2 Disdukcapil akan menerbitkan KTP.
78 3 Pelaku pasti dihukum.
78 3 WNA itu akan dideportasi.
79 3 Pak Dirjen sudah setuju.
80 2 Gedung akan diresmikan oleh Gubernur.
81 2 Sudah disepakati semua pihak.
82 3 Polisi akan menangkap pelaku.
83 3 Pemerintah daerah akan menanggung biayanya.
84 1 Layanan terbaik.
85 2 Kantor bebas pungli.
86 2 Cara paling aman.
87 2 Pengawasan tanpa celah.
1 3 Psti slesai.
28 2 Akn kami proses sgera.
1 3 Paspor PASTIIII jadi.
3 3 Kami dapat pastikan layanan ini.
5 3 Kerahasiaan pelapor terjamin.
16 3 Mohon maaf, paspor baru terbit paling lambat 12 Desember 2026.
17 3 Jawaban kami beri dalam jangka waktu sepuluh hari kerja.
50 2 Kami akan menghubungi Bapak.
1 3 Jangan ragu datang, paspor pasti selesai.
1 3 Tidak semua loket buka; paspor pasti selesai.
16 3 Paspor kami kirim paling lambat Jumat.
"""

PASSED_ID = """
Tidak dapat kami pastikan kapan kuota dibuka.
Waktunya belum pasti.
Belum dapat dipastikan siapa yang hadir.
Kami tidak menjamin kuota tersedia.
Kami tidak dapat menjamin kuota tersedia.
Nomor antrean bukan jaminan kami atas kuota.
Layanan ini tidak dijamin selesai.
Tidak ada jaminan bahwa permohonan disetujui.
Undangan ini demi kepastian hukum.
Untuk kepastian jadwal, lihat laman kami.
Kami memastikan bahwa Anda membawa dokumen asli.
Pastikan Anda membawa paspor lama.
Pastikan Bapak/Ibu datang sesuai nomor antrean.
Petugas memastikan keberadaan orang asing.
Penjamin wajib melapor.
Surat penjaminan ditandatangani penjamin.
Jaminan kesehatan dilampirkan.
Jaminan keimigrasian disetor ke kas negara.
Orang asing yang dijamin wajib hadir.
Buat janji temu lewat aplikasi.
Janji temu Anda tercatat.
Semoga Bapak dan Ibu selalu sehat.
Semoga kerja sama kita selalu terjaga.
Sehat selalu untuk Bapak/Ibu.
Salam sehat dan sukses selalu.
Sifat: Segera
Sifat : Sangat Segera
Untuk segera disiarkan.
Mohon segera melengkapi berkas.
Harap segera hubungi loket pengaduan.
Segera lengkapi berkas Anda.
Segera laporkan calo kepada petugas.
Konfirmasi kehadiran paling lambat 3 Desember 2026.
Mohon mengirim nama peserta paling lambat Jumat, 27 November 2026.
Peserta diminta hadir selambat-lambatnya pukul 08.45.
Pemohon wajib melapor dalam waktu 7 hari.
Silakan mendaftar sebelum 5 Desember.
Layanan tidak selalu dibuka pada hari Sabtu.
Layanan ini tidak gratis.
Layanan ini tidak akan disetujui tanpa berkas.
Kami belum sanggup membuka loket Sabtu.
Kantor buka Senin sampai Jumat, pukul 08.00 sampai 15.00.
Rapat diadakan Senin, 7 Desember 2026.
Kami mengundang Bapak/Ibu ke rapat koordinasi.
Terima kasih kepada seluruh masyarakat yang hadir.
Kami mengajak semua warga menjaga kebersihan.
Permohonan diputus setelah pemeriksaan.
Waktu penyelesaian bergantung pada kelengkapan berkas.
Kami kabari perkembangannya pada 4 Desember.
Batas waktu menurut aturan: 4 hari kerja sejak berkas lengkap.
Kami perkirakan 4 Desember; bila berubah, kami beri tahu.
Kami sampaikan kepada unit yang berwenang.
Laporan Anda sudah kami teruskan kepada Seksi Lalu Lintas pada 3 November.
Layanan prioritas tersedia bagi lansia, penyandang disabilitas, ibu hamil, dan balita.
Kewenangan ada pada Disdukcapil; kami sudah berkoordinasi pada 3 November.
Perkara dalam proses; kami tidak mendahului putusan.
Tidak ada pengecualian.
Jalur khusus disabilitas ada di sisi kiri.
Kuota paspor pekan ini 400 orang.
Dokumen yang hilang dilaporkan ke polisi.
Kami mengumumkan pemenang lomba.
Dinas Sosial hadir dalam rapat.
Bukan tidak mungkin jadwal berubah.
Kirim dokumen lewat pos kilat khusus.
Apakah kuota masih ada?
Paspastian bukan kata.
Kami turut berduka cita sedalam-dalamnya.
"""

FOUND_EN = """
1 2 This will certainly help.
2 3 Your visa is definitely ready.
3 3 We guarantee your place.
3 3 A seat is guaranteed.
4 3 We assure you that it works.
4 3 Rest assured that your file is safe.
5 3 The counter opens without fail.
6 3 The data is 100% safe.
6 3 We are one hundred per cent ready.
7 2 There is no doubt that it works.
8 2 Don't worry about the fee.
8 2 There is no need to worry.
9 2 We make sure that files are kept.
9 2 We will ensure that files are kept.
10 3 Passports are handed out no later than 4 December.
10 3 You hear from the counter not later than Friday.
11 3 It is done by Friday at the latest.
12 3 It is decided within 3 working days.
12 3 We reply within three (3) days.
12 3 It is ready in 2 hours.
13 3 Your passport will be ready today.
13 3 It is done by close of business.
13 3 You have it by the end of the day.
14 2 Our counters open on time.
15 3 We have a same-day service.
15 3 Passports are printed while you wait.
16 2 We answer as soon as possible.
16 2 We answer ASAP.
17 2 The counter opens shortly.
17 2 More quota is added soon.
18 2 We answer immediately.
18 2 Files are checked right away.
19 2 In the near future there are more counters.
20 3 There are no queues.
20 3 Come in without queuing.
21 3 Your request will be approved.
22 3 Your passport will be issued.
23 3 Your request will not be refused.
23 3 Your request won't be rejected.
24 3 You will get your passport.
24 3 You'll receive a permit.
25 2 The printer will be fixed.
25 2 Your complaint will be resolved.
26 3 This will never happen again.
26 3 It will not happen again.
27 3 We promise a better service.
28 2 We are committed to better service.
29 2 We will send the form.
29 2 We'll call you.
29 2 We will follow up.
30 3 You can count on us.
31 3 We take full responsibility.
32 1 We will do our best.
33 2 Our counters are always open.
33 2 We never ask for money.
34 2 Everyone is served.
34 2 All applicants are served.
35 2 Our line is open 24/7.
35 2 Call us at any time.
36 2 This service is free of charge.
37 3 You are entitled to a refund.
37 3 The office pays compensation.
38 3 There is a fast track for you.
39 3 We make an exception for you.
40 3 The man will be deported.
41 3 The Minister has agreed.
3 3 We garantee your place.
18 2 We answer immediatly.
"""

PASSED_EN = """
We cannot guarantee a place.
We do not guarantee a place.
A place is not guaranteed.
This is no guarantee of a place.
We can't promise a date.
We do not promise a date.
We are not able to assure you of a date.
A letter of guarantee is attached.
The guarantee letter is attached.
The right is guaranteed by law.
Please make sure that you bring your passport.
We make sure that you bring your passport.
Please reply no later than 3 December.
Please confirm by 3 December at the latest.
Applicants must report within 7 days.
You must report within 7 days.
Register by Friday, 4 December at the latest.
Hope to see you soon.
We hope to hear from you soon.
Get well soon.
Reply as soon as you can.
Please reply as soon as possible.
Please reply immediately.
Immediately report brokers to an officer.
Never share your code.
Always bring your old passport.
Please always bring your old passport.
May you always be well.
We wish you always good health.
As always, thank you.
Thank you, everyone.
Dear everyone,
We invite everyone to the meeting.
You can unsubscribe at any time.
You may withdraw your consent at any time.
The hall is smoke-free.
You are free to leave.
Duty-free goods are declared.
Workers' compensation is a matter for the ministry.
The service is not free of charge.
The fee is not refunded.
Our counters are not always open.
The office is open Monday to Friday, 8 a.m. to 3 p.m.
The meeting is on Monday, 7 December 2026.
Today we opened a counter.
We met the mayor today.
The request is decided after examination.
The application is decided after examination.
Under the current rules, four documents are needed.
The legal limit is 4 working days after a complete file.
We write to you again on 4 December.
Your report was passed to the traffic section on 3 November.
The priority service is for the elderly, people with disabilities, pregnant women and small children.
The decision lies with the ministry; we spoke with them on 3 November.
The form was sent on Monday.
Call 021 555 for questions.
For immediate release.
The quota this week is 400.
There will be a meeting in June.
The meeting lasts two hours.
You are kindly invited to the meeting.
All of us send you our best wishes.
Is there still quota?
We offer our condolences.
The minister opened the building.
"""
