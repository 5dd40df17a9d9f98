"""Writes testdata/corpus.json: files as hospitals send them, each with the table that another program makes of it.
Run with pandas and duckdb installed: python generate.py. Readers: "pandas", "csv" (Python's own, line by line where told)
and "duckdb". Our own importer has no part in it. What is told of a file (separator, encoding) is told to the reader only:
the importer has to find it out, but for the few cases with "options"."""
import base64
import csv
import datetime
import io
import json
import math
import os
import tempfile

import duckdb
import pandas

cases = []
MISSING = ["?", ".", "na", "Na", "n/a", "nan", "NAN", "Null", "null", "NULL", "NA", "N/A", "#N/A", "<NA>", "NaN", "#NA", ""]


def cell(value):
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, (bool,)) or type(value).__name__ == "bool_":
        return int(value)
    if isinstance(value, (pandas.Timestamp, datetime.datetime, datetime.date)):
        stamp = pandas.Timestamp(value)
        whole = stamp == stamp.normalize()
        return stamp.strftime("%Y-%m-%d") if whole else stamp.strftime("%Y-%m-%dT%H:%M:%S")
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else (int(value) if value.is_integer() and abs(value) < 2**53 else value)
    return value.strip() if isinstance(value, str) else value


def rows_of(frame):
    return [[cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]


def add(name, data, by="pandas", options=None, names=True, dates=None, typed=True, refused=None, **read):
    data = data if isinstance(data, bytes) else data.encode("utf-8")
    if by == "pandas":
        settings = dict(keep_default_na=False, na_values=MISSING, skipinitialspace=True)
        if not typed:
            settings["dtype"] = str
        settings.update(read)
        frame = pandas.read_csv(io.BytesIO(data), **settings)
        for column, form in (dates or {}).items():
            frame[column] = [None if value is None or value != value else datetime.datetime.strptime(value, form) for value in frame[column]]
        found, header = rows_of(frame.astype(object)), [str(one) for one in frame.columns]
    elif by == "duckdb":
        with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as out:
            out.write(data)
        table = duckdb.read_csv(out.name, **read)
        found, header = [[cell(value) for value in row] for row in table.fetchall()], list(table.columns)
        os.unlink(out.name)
    else:  # Python's csv, strict, one physical line after the other: lines that it refuses or that are ragged are left out
        text = data.decode(read.pop("encoding", "utf-8"))
        lines = []
        for line in text.splitlines():
            if line.strip() == "":
                continue
            try:
                lines += list(csv.reader([line], strict=True, **read))
            except csv.Error:
                pass
        header, found = lines[0], [[cell(number(value)) for value in row] for row in lines[1:] if len(row) == len(lines[0])]
    case = {"name": name, "bytes": base64.b64encode(data).decode(), "by": by, "rows": found}
    if names:
        case["names"] = [one.strip() for one in header]
    if options:
        case["options"] = options
    if refused is not None:
        case["refused"] = refused
    cases.append(case)


def number(text):
    if text.strip() in MISSING:
        return None
    try:
        return float(text)
    except ValueError:
        return text


plain = "age,sex,chol\n63,M,233.5\n37,F,250\n41,F,\n56,M,236.25\n"
add("comma", plain)
add("semicolon", plain.replace(",", ";"), sep=";")
add("tab", plain.replace(",", "\t"), sep="\t")
add("bar", plain.replace(",", "|"), sep="|")
add("caret", plain.replace(",", "^"), sep="^")
add("tilde", plain.replace(",", "~"), sep="~")
add("blanks in columns", "age sex  chol\n63  M    233.5\n37  F    250\n41  F    199\n", sep=r"\s+")
add("CRLF", plain.replace("\n", "\r\n"))
add("CR alone", plain.replace("\n", "\r"), lineterminator="\r")
add("mixed line ends", "a,b\r\n1,2\n3,4\r\n5,6\n")
add("no end of the last line", plain.rstrip("\n"))
add("blank lines between and after", "a,b\n\n1,2\n\n\n3,4\n\n")
add("byte order mark", b"\xef\xbb\xbf" + plain.encode(), encoding="utf-8-sig")
umlauts = "Name,Größe,Ort\nMüller,1.80,Köln\nŻółć,1.75,Łódź\nÅse,1.60,Ærø\n"
add("UTF-8", umlauts)
add("UTF-16 little endian with mark", umlauts.encode("utf-16"), encoding="utf-16")
add("UTF-16 big endian with mark", b"\xfe\xff" + umlauts.encode("utf-16-be"), encoding="utf-16")
add("UTF-16 little endian without mark", plain.encode("utf-16-le"), encoding="utf-16-le")
add("UTF-16 big endian without mark", plain.encode("utf-16-be"), encoding="utf-16-be")
western = "Name,Größe\nMüller,1.80\nJosé,1.75\nGarçon,1.60\n"
add("Windows-1252", western.encode("cp1252"), encoding="cp1252")
add("Windows-1252 with euro and quotes", "a,b\n“x”,1\n€uro,2\n".encode("cp1252"), encoding="cp1252")
add("ISO-8859-1", western.encode("latin-1"), encoding="latin-1")
add("ISO-8859-2 as told", "imie,wzrost\nŁukasz,1.80\nŻaneta,1.60\n".encode("iso-8859-2"), encoding="iso-8859-2", options={"encoding": "iso-8859-2"})
add("ISO-8859-5 as told", "имя,рост\nИван,1.80\nОльга,1.60\n".encode("iso-8859-5"), encoding="iso-8859-5", options={"encoding": "iso-8859-5"})
add("ISO-8859-7 as told", "όνομα,ύψος\nΝίκος,1.80\nΕλένη,1.60\n".encode("iso-8859-7"), encoding="iso-8859-7", options={"encoding": "iso-8859-7"})
add("ISO-8859-15 as told", "a,b\n€,1\nœ,2\n".encode("iso-8859-15"), encoding="iso-8859-15", options={"encoding": "iso-8859-15"})
add("Shift_JIS as told", "名前,身長\n山田,1.80\n鈴木,1.60\n".encode("shift_jis"), encoding="shift_jis", options={"encoding": "shift_jis"})
add("emoji and rare planes", "a,b\n😀,1\n𝔘,2\n")
add("decimal comma", "a;b\n1,5;x\n2,25;y\n-0,5;z\n", sep=";", decimal=",")
add("decimal comma between quotes and commas", 'a,b\n"1,5",x\n"2,25",y\n"10,125",z\n', decimal=",")
add("one column of decimal commas", "a\n1,5\n2,25\n3,75\n", sep=";", decimal=",")
add("thousands with comma", 'a,b\n"1,234",x\n"12,345",y\n"1,234,567",z\n', thousands=",")
add("thousands with comma and decimals", 'a;b\n1,234.50;x\n12,345.25;y\n', sep=";", thousands=",")
add("thousands with point, decimal comma", "a;b\n1.234,50;x\n12.345,25;y\n", sep=";", thousands=".", decimal=",")
add("an ambiguous column follows its file", "a;b\n1,5;1,234\n2,5;2,345\n", sep=";", decimal=",")
add("thousands with blanks, decimal comma", "a;b\n1 234,50;x\n12 345,25;y\n", sep=";", thousands=" ", decimal=",", skipinitialspace=False)
add("thousands with apostrophes", "a;b\n1'234.50;x\n12'345.25;y\n", sep=";", thousands="'")
add("exponents and signs", "a,b\n1e3,+5\n-2.5E-2,-7\n.5,+0\n")
add("identifiers keep their zeros", "id,zip\n007,01234\n012,99999\n", typed=False)
add("numbers too long to be exact stay words", "a,b\n90071992547409930,1\n90071992547409931,2\n", dtype={"a": str})
add("dates with the year first", "d,x\n2024-02-29,1\n2023-12-31,2\n", dates={"d": "%Y-%m-%d"})
add("dates with points", "d,x\n29.02.2024,1\n31.12.2023,2\n", dates={"d": "%d.%m.%Y"})
add("dates with the month first", "d,x\n02/29/2024,1\n12/31/2023,2\n01/02/2024,3\n", dates={"d": "%m/%d/%Y"})
add("dates with the day first", "d,x\n29/02/2024,1\n31/12/2023,2\n01/02/2024,3\n", dates={"d": "%d/%m/%Y"})
add("ambiguous dates follow another column", "d,e\n01/02/2024,12/31/2023\n03/04/2024,11/30/2023\n", dates={"d": "%m/%d/%Y", "e": "%m/%d/%Y"})
add("ambiguous dates are proposed with the day first", "d,x\n01/02/2024,1\n03/04/2024,2\n", dates={"d": "%d/%m/%Y"})
add("dates with two digits of the year", "d,x\n29.02.24,1\n31.12.69,2\n01.01.30,3\n", dates={"d": "%d.%m.%y"})
add("dates with names of months", "d,x\n29-Feb-2024,1\n31-Dec-2023,2\n", dates={"d": "%d-%b-%Y"})
add("dates with times", "d,x\n2024-02-29 08:30:15,1\n2023-12-31 23:59:59,2\n", dates={"d": "%Y-%m-%d %H:%M:%S"})
add("times with AM and PM", "d,x\n02/29/2024 08:30 PM,1\n12/31/2023 12:05 AM,2\n", dates={"d": "%m/%d/%Y %I:%M %p"})
add("a day that does not exist", "d,x\n2023-02-30,1\n2023-02-28,2\n", typed=False, dtype={"d": str, "x": int})
add("missing codes of many kinds", "a,b\n1,x\nNA,y\n?,z\n.,x\n,y\nn/a,z\nNULL,x\nNaN,y\n2,z\n")
add("words that mean missing among numbers", "a,b\n1.5,1\nunknown,2\n2.5,3\nnot done,4\n3.5,5\n4.5,6\n", na_values=MISSING + ["unknown", "not done"])
add("true and false", "a,b\ntrue,1\nFALSE,2\nTrue,3\nfalse,4\n", true_values=["true", "True"], false_values=["FALSE", "false"])
add("quotes around everything", '"a","b"\n"1","x"\n"2","y"\n')
add("single quotes", "'a','b'\n'1','x, y'\n'2','z'\n", quotechar="'")
add("doubled quotes", 'a,b\n1,"say ""aah"""\n2,""""\n3,"x""y"\n')
add("quotes escaped by backslash", 'a,b\n1,"say \\"aah\\""\n2,"x\\\\y"\n', escapechar="\\", doublequote=False)
add("line breaks in quotes", 'a,b\n1,"two\nlines"\n2,"three\n\nlines"\n3,z\n')
add("delimiters in quotes", 'a,b\n1,"x,y;z\tw|v"\n2,q\n')
add("quotes within bare cells", 'a,b\n1,5\' 10"\n2,say "aah" now\n', quoting=csv.QUOTE_NONE)
add("empty quotes", 'a,b\n"",1\n"x",2\n"",3\n')
add("blanks around cells", "a , b ,c\n 1 , x ,2\n 3 , y ,4\n")
add("blanks around quoted cells", 'a, b\n1, "x, y"\n2, "z"\n')
add("a trailing delimiter on every line", "a,b,\n1,2,\n3,4,\n", index_col=False, names=False)
add("a trailing delimiter on rows only", "a,b\n1,2,\n3,4,\n", index_col=False)
add("short and long lines", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n", by="csv", refused=2)
add("short lines filled as told", "a,b,c\n1,2,3\n4,5\n6,7,8\n", options={"dialect": {"short": "fill"}})
add("a quote that is never closed", 'a,b\n1,2\n3,"4\n5,6\n7,8\n', by="csv", refused=1)
add("a quote closed within its cell", 'a,b\n1,x\n2,"y"z\n3,w\n', by="csv", refused=1)
add("an open quote before a closed one", 'a,b\n1,x\n2,"y\n3,z\n4,"w"\n5,v\n', by="csv", refused=1)
add("no header, numbers", "1,2.5,3\n4,5.5,6\n", header=None, names=False)
add("no header, words", "M,yes,1\nF,no,2\nM,yes,3\nF,no,4\n", header=None, names=False)
add("a header over words", "sex,answer\nM,yes\nF,no\n")
add("a header of numbers as told", "2019,2020\n1,2\n3,4\n", options={"dialect": {"header": True}})
add("equal headers", "age,age,age\n1,2,3\n4,5,6\n", names=False)
add("empty headers", "a,,c\n1,2,3\n4,5,6\n", names=False)
add("units in headers", "Chol (mg/dL),Weight [kg],age\n233,80.5,63\n250,60.25,37\n")
add("title lines before the table", "Report of the ward\nMade on Monday\nage,sex,chol\n63,M,233\n37,F,250\n41,F,204\n56,M,236\n57,F,354\n60,M,199\n", skiprows=2)
add("a line that names the delimiter", "sep=;\na;b\n1;2\n3;4\n", sep=";", skiprows=1)
add("names of rows as R writes them", '"age","sex"\n"p1",63,"M"\n"p2",37,"F"\n', names=False)
cases[-1]["rows"] = rows_of(pandas.read_csv(io.StringIO('"age","sex"\n"p1",63,"M"\n"p2",37,"F"\n')).reset_index())
add("one column", "age\n63\n37\n41\n")
add("one row", "a,b\n1,x\n")
add("formulas stay words", "a,b\n=1+2,x\n@cmd,y\n+x,z\n")
add("a cell of 100,000 letters", "a,b\n" + "x" * 100_000 + ",1\ny,2\n")
wide = ",".join(f"c{i}" for i in range(1500)) + "\n" + "\n".join(",".join(str(i * r) for i in range(1500)) for r in range(3)) + "\n"
add("1,500 columns", wide)
add("duckdb: types", "i,r,b,d,t\n1,1.5,true,2024-01-02,x\n2,2.25,false,2023-12-31,y\n", by="duckdb")
add("duckdb: semicolons and quotes", 'a;b;c\n1;"x;y";2.5\n2;"z""w";3.5\n', by="duckdb")
add("duckdb: dates and times", "t,x\n2024-01-02 03:04:05,1\n2023-12-31 23:00:00,2\n", by="duckdb")

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "testdata", "corpus.json"), "w", encoding="utf8") as out:
    out.write("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n")
print(len(cases), "cases")
