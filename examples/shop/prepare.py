"""Makes the rows of the shop: sixty invented customers and what they did up to 2026-11-01.

Run it in this folder: python3 prepare.py. The seed is fixed, so the same rows come out each time; nobody in them exists.
"""

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

NOW = datetime(2026, 10, 31, 23, 0, tzinfo=timezone.utc)  # 2026-11-01, 00:00 in Berlin
LOADED = NOW - timedelta(minutes=30)
PEOPLE = range(1, 61)
LAPSED, ACTIVE = [*range(1, 21), 53, 56, 57], range(21, 46)
SHELVES = {  # category -> (department, sku, price)
    "books": ("books", "NOVEL-1", 19.90),
    "garden tools": ("garden", "SPADE-3", 64.50),
    "seeds": ("garden", "SEEDS-9", 12.25),
    "kitchen": ("kitchen", "KETTLE-2", 89.00),
    "diabetes care": ("pharmacy", "STRIPS-5", 34.80),
}
draw = random.Random(20261101)


def z(moment):
    """An instant as ISO text in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(days, hours=0):
    """The instant so many days and hours before now."""
    return NOW - timedelta(days=days, hours=hours)


def write(name, header, rows):
    """Writes one table; None becomes an empty cell, which is a missing value."""
    path = Path(__file__).parent / "data" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(["" if cell is None else cell for cell in row] for row in rows)


def customers():
    """One row each; the CRM's present states (promotion, do_not_mail) stand beside the person."""
    header = ["customer_id", "email", "birth_date", "gender", "country", "postcode", "loyalty_tier", "account_id",
              "last_seen_at", "email_promotion", "promoted_at", "promotion_notice", "do_not_mail", "exported_at"]
    rows = []
    for i in PEOPLE:
        country = ["DE", "DE", "FR", "DE", "US", "DE", "FR", "DE", "DE", "US"][i % 10]
        if i in (29, 58):
            country = "CH"  # a country for which no jurisdiction speaks: the strictest rules hold
        born = f"{1958 + (i * 7) % 45}-{1 + i % 12:02d}-{1 + (i * 3) % 28:02d}"
        if i in (11, 37):
            born = "2012-05-04"  # minors
        if i == 23:
            born = None  # unknown age counts as minor; under the fields' contract the row is broken where age is read
        gender = ["m", "f", "m", "f", "x", "m", None][i % 7]
        if i == 40:
            gender = "unknown"  # outside the closed list
        postcode = f"101{10 + i % 20}" if country == "DE" and i % 10 in (1, 3, 5, 8) else f"{20000 + 913 * i}"
        tier = ["gold", "silver", "bronze", None][i % 4]
        account = 1 + i % 6 if i % 3 == 0 else None
        if i == 57:
            account = 99  # an account that is not there
        seen = ago(1200) if i == 60 else ago(2 + (i * 5) % 60, i % 24)  # customer 60 was forgotten by retention
        promotion = {5: 1, 6: 0, 25: 1, 44: 1}.get(i)
        email = "familie.sommer@mail.example" if i in (7, 47) else f"person{i:02d}@mail.example"  # 7 and 47 share one
        rows.append([i, email, born, gender, country, postcode, tier, account, seen.strftime("%Y-%m-%d %H:%M:%S"), promotion,
                     z(ago(200)) if promotion == 1 else None, "2025-06" if promotion == 1 else None,
                     {8: "true", 12: None}.get(i, "false"), z(LOADED)])
    write("customers", header, rows)


def orders():
    """Orders with their items; lapsed people bought much and stopped, active people did not stop."""
    order_rows, item_rows, number = [], [], 0
    names = list(SHELVES)

    def order(person, when, category, quantity, status="paid", channel="web", loaded=None, reuse=None):
        nonlocal number
        if reuse is None:
            number += 1
        name = reuse or f"o{number:04d}"
        department, sku, price = SHELVES[category]
        order_rows.append([name, person, z(when), f"{price * quantity:.2f}", status, category, channel,
                           f"p-{sku.lower()}", z(loaded or when + timedelta(hours=2))])
        if reuse is None:
            item_rows.extend([name, sku, f"{price:.2f}"] for _ in range(quantity))
        return name

    for i in LAPSED:
        for step in range(3):
            order(i, ago(100 + 60 * step + i, i % 9), names[(i + step) % 4], 4 + (i + step) % 4)
        order(i, ago(300 + i), "kitchen" if i % 2 else "garden tools", 3)
    for i in ACTIVE:
        for step in range(3 + i % 3):
            order(i, ago(3 + 45 * step + i % 20, i % 7), names[(i + step) % 4], 1 + draw.randrange(3),
                  channel=draw.choice(["web", "app", None]))
        if i % 2:
            order(i, ago(20 + i), "garden tools", 1)
            order(i, ago(150 + i), "seeds", 2)
    for i in range(46, 53):
        order(i, ago(400 + i), "kitchen", 1)
    for i in (22, 31, 50):
        order(i, ago(40 + i), "diabetes care", 1)
    order(2, ago(30), "books", 1, status="cancelled")  # cancelled, and yet an order: not quiet
    late = order(24, ago(50), "seeds", 9)
    order(24, ago(50), "seeds", 9, status="refunded", loaded=ago(10), reuse=late)  # the later version counts
    torn = order(26, ago(60), "books", 2)
    order(26, ago(60), "books", 2, status="cancelled", reuse=torn)  # two versions at one time: the row is broken
    order(3, ago(85), "books", 1, loaded=NOW + timedelta(hours=5))  # happened, but not yet known
    order(4, NOW + timedelta(days=2), "books", 1)  # after now
    order(9, ago(820), "kitchen", 40)  # older than retention allows to read
    write("orders", ["order_id", "customer_id", "ordered_at", "total", "status", "category", "channel", "product_id",
                     "loaded_at"], order_rows)
    write("order_items", ["order_id", "sku", "price"], item_rows)
    write("products", ["product_id", "name", "department"],
          [[f"p-{sku.lower()}", sku.title(), department] for department, sku, _ in SHELVES.values()])


def consent():
    """Grants, withdrawals, objections, ties, unknowns: the ledger as a consent platform keeps it."""
    rows = []

    def decide(person, code, status, when, version="2026-01", until=None):
        rows.append([f"r{len(rows) + 1:04d}", person, code, status, z(when) if when else None,
                     z(until) if until else None, version, z(LOADED)])

    for i in PEOPLE:
        if i % 9:  # one in nine was never asked
            decide(i, "mkt_email", draw.choice(["opt_in", "double_opt_in"]), ago(60 + 8 * i), "2026-01" if i % 3 else "2025-06")
        if i % 2:
            decide(i, "mkt_ads", "opt_in", ago(50 + 3 * i))
        if i % 4 != 2:
            decide(i, "mkt_post", "opt_in", ago(90 + 4 * i), "2025-06")
    decide(1, "mkt_email", "opt_out", ago(20))  # withdrew
    decide(13, "mkt_email", "opt_out", ago(40))
    decide(13, "mkt_email", "opt_in", ago(12))  # withdrew, and came back
    decide(14, "mkt_email", "opt_out", ago(60 + 8 * 14))  # at the very moment of the grant: the refusal wins
    decide(15, "*", "objection", ago(33))  # everything
    decide(16, "mkt_email", "opt_out", None)  # a refusal of unknown time counts for ever
    decide(17, "mkt_email", "opt_in", None)  # a grant of unknown time grants nothing, the dated one stands
    decide(19, "mkt_fax", "opt_out", ago(80))  # a purpose nobody knows: denies everything
    decide(32, "mkt_email", "maybe", ago(70))  # a state nobody knows: denies everything
    decide(33, "*", "frozen", ago(15))  # restricted
    decide(34, "*", "frozen", ago(25))
    decide(34, "*", "unfrozen", ago(5))  # restricted, and released
    decide(35, "*", "erased", ago(3))
    decide(38, "mkt_email", "opt_in", ago(900), "2024-06")  # beside the newer one: old and under an old notice
    decide(45, "mkt_email", "opt_in", ago(10), until=ago(1))  # a grant that has ended counts as a withdrawal then
    decide(48, "old_sms", "opt_out", ago(500))  # about something that is gone
    decide(49, "mkt_email", "opt_out", NOW + timedelta(days=1))  # not yet
    decide(50, "mkt_email", "opt_out", NOW + timedelta(minutes=3))  # within the skew of clocks: counts already
    decide(None, "mkt_email", "opt_in", ago(9))  # a grant for nobody is nothing
    write("consent_events", ["record_id", "customer_id", "purpose_code", "status", "decided_at", "valid_until",
                             "notice_version", "loaded_at"], rows)


def the_rest():
    """Accounts, lists, complaints, sends, scores and browsers."""
    write("accounts", ["account_id", "plan"], [[1, "team"], [2, "free"], [3, "business"], [4, "team"], [5, "team"], [6, "team"]])
    write("blocked", ["customer_id", "blocked_at"], [[21, z(ago(90))], [27, z(ago(300))], [52, z(ago(10))]])
    topics = ["late parcel", "broken goods", "wrong invoice"]
    write("complaints", ["customer_id", "filed_at", "topic"],
          [[i, z(ago(days)), topics[i % 3]] for i, days in
           [(2, 10), (5, 80), (10, 40), (18, 130), (22, 5), (30, 60), (36, 75), (41, 20), (46, 33), (51, 300)]])
    write("sends", ["customer_id", "sent_at", "campaign"],
          [[i, z(ago(4 + 6 * n)), "autumn"] for i in PEOPLE for n in range(1 + (i % 8 == 4) * 2 + (i % 5 == 0))])
    write("churn_scores", ["customer_id", "scored_at", "score"],
          [[i, z(ago(1)), f"0.{10 + (i * 37) % 85}"] for i in PEOPLE if i != 28] + [[28, z(ago(95)), "0.95"], [4, z(ago(2)), "0.11"]])
    write("gpc_signals", ["customer_id", "signal", "status", "seen_at", "loaded_at"],
          [[i, "gpc", "on", z(ago(7)), z(LOADED)] for i in (9, 39)])
    cookies = [(f"c{i:03d}", i) for i in PEOPLE if i % 2] + [("c900", 31), ("c900", 55)]  # one browser, two people
    seen = sorted({cookie for cookie, _ in cookies})
    write("cookie_links", ["cookie_id", "customer_id", "linked_at"], [[cookie, i, z(ago(90))] for cookie, i in cookies])
    write("cookie_choices", ["cookie_id", "purpose_code", "choice", "chosen_at", "loaded_at"],
          [[cookie, "ads", "reject" if cookie in ("c021", "c900") else "accept", z(ago(30)), z(LOADED)] for cookie in seen])


if __name__ == "__main__":
    customers()
    orders()
    consent()
    the_rest()
