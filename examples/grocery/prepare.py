"""Cuts the grocery example out of "The Complete Journey" and writes examples/grocery/data. Same input, same bytes.

    tests/run --shell '$SEGMA_TEST_PYTHON' examples/grocery/prepare.py [--check]

Reads the seven tables in SEGMA_SHARED_DATA/completejourney (CC0, see LICENCE.md beside this file). `--check` writes nothing and
fails where a file would differ.

The cut
    A household is taken if the SHA-256 of its id in decimal begins with the hex digit 0 or 1: one in eight, and independent of
    the id's remainders, on which the consent rule below rests. Baskets, mailings and redemptions are those of these households;
    products are those in these baskets; coupons are those of which a product was bought or that were redeemed.
    `households` is the list of households with the demographic bands beside them, where there are any, and the country US, as
    every store of the scheme is in the United States. `mailings` is the table of campaigns with each campaign's start beside it.
    `coupons` has one row a coupon: the number of its products and the department that most of them belong to (the first by name
    where two are equal).

The consent ledger
    The data hold no word of consent, so this rule makes one. h is the household id, `mod` its remainder.
    mail       yes on 2016-10-03 + (h mod 60) days 09:00, unless h mod 10 = 0, under notice 2016-10
               no  on 2017-03-01 + (h mod 200) days 18:30, if h mod 7 = 0
               yes on 2017-11-20 12:00, if h mod 35 = 0, under notice 2017-06 (people who came back)
               yes on 2017-12-30 18:00, if h mod 40 = 7, under notice 2017-06 (people who confirmed)
    profile    yes on the day of mail's first yes, unless h mod 3 = 0, under notice 2016-10
               no  on 2017-09-15 10:00, if h mod 11 = 0
    health     yes on 2017-02-01 11:00, if h mod 3 = 1, under notice 2017-01
    partners   yes from 2017-01-15 11:00 until 2017-12-31 00:00, if h mod 8 = 5, under notice 2017-01
               yes from 2017-01-15 11:00 until 2018-12-31 00:00, if h mod 8 = 1, under notice 2017-01
    analytics  objection on 2017-05-05 12:00, if h mod 29 = 0
    *          frozen on 2017-06-01 08:00, if h mod 37 = 0; unfrozen on 2017-07-01 08:00, if h mod 74 = 0
               erased on 2017-08-01 08:00, if h mod 101 = 0
    Each record reached the ledger at 02:00 on the following day. Records are numbered in the order of their time, household, purpose.

The list
    `do_not_mail`: households with h mod 31 = 0, since 2017-01-10.
"""

import csv
import filecmp
import hashlib
import os
import pathlib
import sys
import tempfile
from datetime import datetime, timedelta

import duckdb

HERE = pathlib.Path(__file__).resolve().parent


def source() -> pathlib.Path:
    shared = os.environ.get("SEGMA_SHARED_DATA")
    folder = pathlib.Path(shared or HERE / "../../../shared/data").resolve() / "completejourney"
    if not folder.is_dir():
        sys.exit(f"no {folder}: set SEGMA_SHARED_DATA")
    return folder


def open_tables(folder: pathlib.Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute("set threads = 1; set TimeZone = 'UTC'; set preserve_insertion_order = true")
    for name in ["campaign_descriptions", "campaigns", "coupon_redemptions", "coupons", "demographics", "products"]:
        file = next(folder / f"{name}{end}" for end in (".csv", ".csv.gz") if (folder / f"{name}{end}").exists())
        db.execute(f"create table {name} as select * from read_csv('{file}')")
    db.execute(f"create view transactions as select * from '{folder}/transactions.parquet'")
    ids = [h for (h,) in db.execute("select distinct household_id from transactions order by 1").fetchall()]
    kept = [h for h in ids if hashlib.sha256(str(h).encode()).hexdigest()[0] in "01"]
    db.execute("create table kept (household_id integer)")
    db.executemany("insert into kept values (?)", [[h] for h in kept])
    db.execute("create table baskets as select t.* from transactions t join kept using (household_id)")
    return db


TABLES = {
    "households.csv": """
        select household_id, 'US' as country, age as age_band, income as income_band, home_ownership, marital_status,
               household_size, household_comp as composition, kids_count as kids
        from kept left join demographics using (household_id) order by household_id""",
    "transactions.parquet": """
        select household_id, store_id, basket_id, product_id, quantity, sales_value, coupon_disc, transaction_timestamp
        from baskets order by household_id, transaction_timestamp, basket_id, line_no""",
    "products.parquet": """
        select product_id::integer as product_id, department, brand, product_category, product_type
        from products where product_id in (select product_id from baskets) order by product_id""",
    "mailings.csv": """
        select household_id, campaign_id, start_date as mailed_on
        from campaigns join kept using (household_id) join campaign_descriptions using (campaign_id) order by all""",
    "campaigns.csv": "select campaign_id, campaign_type, start_date, end_date from campaign_descriptions order by campaign_id",
    "redemptions.csv": """
        select redemption_no, household_id, coupon_upc, campaign_id, redemption_date
        from coupon_redemptions join kept using (household_id) order by redemption_no""",
    "coupons.csv": """
        with used as (
          select distinct coupon_upc from coupons where product_id in (select product_id from baskets)
          union select coupon_upc from coupon_redemptions join kept using (household_id)),
        by_department as (
          select coupon_upc, department, count(distinct product_id) as n
          from coupons join products using (product_id) where coupon_upc in (from used) group by all)
        select coupon_upc, sum(n)::integer as products, arg_min(department, (-n, department)) as department
        from by_department group by coupon_upc order by coupon_upc""",
    "do_not_mail.csv": "select household_id, date '2017-01-10' as listed_on from kept where household_id % 31 = 0 order by 1",
}


def consent(households: list[int]) -> list[list[str]]:
    """The records of the rule above, in order."""

    def day(text: str, plus: int = 0) -> datetime:
        return datetime.fromisoformat(text) + timedelta(days=plus)

    records = []
    for h in households:

        def says(purpose: str, decision: str, at: datetime, notice: str = "", until: str = "") -> None:
            records.append((at, h, purpose, decision, until, notice))

        first = day("2016-10-03T09:00", h % 60)
        if h % 10 != 0:
            says("mail", "yes", first, "2016-10")
        if h % 7 == 0:
            says("mail", "no", day("2017-03-01T18:30", h % 200))
        if h % 35 == 0:
            says("mail", "yes", day("2017-11-20T12:00"), "2017-06")
        if h % 40 == 7:
            says("mail", "yes", day("2017-12-30T18:00"), "2017-06")
        if h % 3 != 0:
            says("profile", "yes", first, "2016-10")
        if h % 11 == 0:
            says("profile", "no", day("2017-09-15T10:00"))
        if h % 3 == 1:
            says("health", "yes", day("2017-02-01T11:00"), "2017-01")
        if h % 8 == 5:
            says("partners", "yes", day("2017-01-15T11:00"), "2017-01", "2017-12-31 00:00:00")
        if h % 8 == 1:
            says("partners", "yes", day("2017-01-15T11:00"), "2017-01", "2018-12-31 00:00:00")
        if h % 29 == 0:
            says("analytics", "objection", day("2017-05-05T12:00"))
        if h % 37 == 0:
            says("*", "frozen", day("2017-06-01T08:00"))
        if h % 74 == 0:
            says("*", "unfrozen", day("2017-07-01T08:00"))
        if h % 101 == 0:
            says("*", "erased", day("2017-08-01T08:00"))
    rows = []
    for number, (at, h, purpose, decision, until, notice) in enumerate(sorted(records), start=1):
        loaded = at.replace(hour=2, minute=0) + timedelta(days=1)
        rows.append([f"C{number:05}", str(h), purpose, decision, str(at), until, notice, str(loaded)])
    return rows


def write(folder: pathlib.Path) -> None:
    db = open_tables(source())
    for name, query in TABLES.items():
        form = "format parquet, compression zstd, compression_level 19" if name.endswith(".parquet") else "format csv, header true"
        db.execute(f"copy ({query}) to '{folder / name}' ({form})")
    households = [h for (h,) in db.execute("select household_id from kept order by 1").fetchall()]
    with open(folder / "consent.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow("record_id household_id purpose decision decided_at valid_until notice loaded_at".split())
        out.writerows(consent(households))


def main() -> int:
    if sys.argv[1:] != ["--check"]:
        (HERE / "data").mkdir(exist_ok=True)
        write(HERE / "data")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        write(pathlib.Path(scratch))
        names = sorted({*os.listdir(scratch), *os.listdir(HERE / "data")})
        _, differ, absent = filecmp.cmpfiles(scratch, HERE / "data", names, shallow=False)
    for name in differ + absent:
        print(f"differs from what the rule gives: examples/grocery/data/{name}", file=sys.stderr)
    return 1 if differ or absent else 0


if __name__ == "__main__":
    sys.exit(main())
