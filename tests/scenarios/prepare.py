"""Makes the tables of the acceptance scenarios and puts each scenario's project beside them, in `.work/scenarios/a` and `…/b`.

    tests/run --shell '$SEGMA_TEST_PYTHON' tests/scenarios/prepare.py

Reads SEGMA_SHARED_DATA (Adventure Works and The Complete Journey as they came). Nothing it writes is committed. Where a table is
not what the name in SEGMA_SHARED_DATA says, this is what was done to it:

A  customer_profiles  with `phone_number` beside it, by way of customers and person_phones (each person has exactly one)
   persons            with `customer_id` beside it, by way of customers; persons who are no profiled customer are left out
   all others         as they are, typed
B  households         one row a household that ever bought (as the oracle has it), with the bands of demographics where there are any
   campaigns          with `start_date` beside it, which is when the household was contacted
   consent            the ledger of the scenario's stated rule, one row a decision; `expires` is exclusive
   all others         as they are, typed
"""

import os
import pathlib
import shutil
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

A = {
    "customer_profiles": """
        select customer_id::integer as customer_id, birth_date::date as birth_date, marital_status, gender, email_address,
               annual_income::decimal(12,2) as annual_income, total_children::integer as total_children, education, occupation,
               home_owner::boolean as home_owner, phone_number
        from customer_profiles left join customers using (customer_id) left join person_phones using (person_id)
        order by customer_id""",
    "persons": """
        select c.customer_id::integer as customer_id, p.person_id::integer as person_id, p.email_promotion::integer as email_promotion
        from persons p join customers c using (person_id) where c.customer_id in (select customer_id from customer_profiles)
        order by customer_id""",
    "sales_lines": """
        select order_number, order_line::integer as order_line, order_date::date as order_date, customer_id::integer as customer_id,
               product_key::integer as product_key, territory_id::integer as territory_id, order_qty::integer as order_qty
        from sales_lines order by order_number, order_line""",
    "sales_products": """
        select product_key::integer as product_key, subcategory_id::integer as subcategory_id, product_name, model_name,
               product_price::decimal(19,4) as product_price
        from sales_products order by product_key""",
    "product_subcategories": """
        select subcategory_id::integer as subcategory_id, category_id::integer as category_id, name
        from product_subcategories order by 1""",
    "product_categories": "select category_id::integer as category_id, name from product_categories order by 1",
    "territories": "select territory_id::integer as territory_id, region, country, continent from territories order by 1",
    "returns": """
        select return_no::integer as return_no, return_date::date as return_date, territory_id::integer as territory_id,
               product_key::integer as product_key, return_qty::integer as return_qty
        from returns order by return_no""",
    "prospects": """
        select prospect_id::integer as prospect_id, birth_date::date as birth_date, gender, marital_status, email_address,
               yearly_income::decimal(12,2) as yearly_income, cars_owned::integer as cars_owned
        from prospects order by prospect_id""",
}

B = {
    "households": """
        select household_id, age, income, home_ownership, marital_status, household_size, household_comp, kids_count
        from (select distinct household_id from transactions) left join
             (select * replace (household_id::integer as household_id) from demographics) using (household_id)
        order by household_id""",
    "transactions": """
        select household_id, store_id, basket_id, product_id, quantity, sales_value, transaction_timestamp
        from transactions order by line_no""",
    "products": """
        select product_id::integer as product_id, department, brand, product_category, product_type
        from products order by product_id""",
    "campaigns": """
        select household_id::integer as household_id, campaign_id::integer as campaign_id, start_date::date as start_date
        from campaigns join campaign_descriptions using (campaign_id) order by campaign_id, household_id""",
    "campaign_descriptions": """
        select campaign_id::integer as campaign_id, campaign_type, start_date::date as start_date, end_date::date as end_date
        from campaign_descriptions order by campaign_id""",
    "coupon_redemptions": """
        select redemption_no::integer as redemption_no, household_id::integer as household_id, coupon_upc::bigint as coupon_upc,
               campaign_id::integer as campaign_id, redemption_date::date as redemption_date
        from coupon_redemptions order by redemption_no""",
    "consent": """
        with hh as (select distinct household_id as h from transactions)
        select h as household_id, purpose, status, at_ts, expires from (
          select h, 'direct_marketing' as purpose, 'granted' as status, timestamp '2016-11-01' as at_ts, null::timestamp as expires
            from hh where h % 10 <> 0
          union all select h, 'direct_marketing', 'withdrawn', timestamp '2017-07-01', null from hh where h % 7 = 0
          union all select h, 'profiling', 'granted', timestamp '2016-11-01', null from hh where h % 3 <> 0
          union all select h, 'profiling', 'withdrawn', timestamp '2017-09-15', null from hh where h % 11 = 0
          union all select h, 'health_inference', 'granted', timestamp '2017-02-01', null from hh where h % 20 = 1
          union all select h, 'partner_sharing', 'granted', timestamp '2017-01-15', timestamp '2017-12-31' from hh where h % 4 = 1)
        order by at_ts, household_id, purpose""",
}

SCENARIOS = {"a": ("adventureworks", A), "b": ("completejourney", B)}


def open_tables(folder: pathlib.Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute("set threads = 1; set TimeZone = 'UTC'")
    for file in sorted(folder.iterdir()):
        name = file.name.split(".")[0]
        if ".csv" in file.name:
            db.execute(f"create view {name} as select * from read_csv('{file}')")
        elif file.suffix == ".parquet":
            db.execute(f"create view {name} as select * from '{file}'")
    return db


def project(scenario: str, work: pathlib.Path) -> None:
    """The committed project, copied anew, so that nothing of an older one remains."""
    for entry in (HERE / scenario).iterdir():
        if entry.name == "refused":
            continue  # every .seg file below a project's folder belongs to it; the tests add these one by one
        if entry.is_dir():
            shutil.rmtree(work / entry.name, ignore_errors=True)
            shutil.copytree(entry, work / entry.name)
        else:
            shutil.copy(entry, work / entry.name)


def tables(folder: pathlib.Path, queries: dict[str, str], data: pathlib.Path) -> None:
    """Writes the tables, unless this very script has already written them."""
    stamp = data / ".made-by"
    mine = pathlib.Path(__file__).read_text() + duckdb.__version__ + str(sorted((f.name, f.stat().st_size) for f in folder.iterdir()))
    if stamp.exists() and stamp.read_text() == mine:
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    db = open_tables(folder)
    for name, query in queries.items():
        db.execute(f"copy ({query}) to '{data / name}.parquet' (format parquet, compression zstd)")
    stamp.write_text(mine)


def main() -> int:
    shared = os.environ.get("SEGMA_SHARED_DATA")
    if not shared:
        sys.exit("SEGMA_SHARED_DATA is not set")
    for scenario, (folder, queries) in SCENARIOS.items():
        work = pathlib.Path(os.environ.get("SEGMA_WORK") or ROOT / ".work") / "scenarios" / scenario
        work.mkdir(parents=True, exist_ok=True)
        project(scenario, work)
        tables(pathlib.Path(shared) / folder, queries, work / "data")
    return 0


if __name__ == "__main__":
    sys.exit(main())
