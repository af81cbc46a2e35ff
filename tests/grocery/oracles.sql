-- The segments of examples/grocery once more, by hand, for DuckDB: one query a segment, named by its "-- id:" comment; every query
-- yields one number. `tests/grocery/oracles.py` loads the example's tables and runs them. Nothing here was made by Segma.

-- setup
-- A household's word on a purpose: the latest yes must be strictly later than every no or objection, in force, and under a notice
-- that is recent enough; `*` speaks for every purpose. Frozen without a later unfrozen, or erased: never.
create table gone as
  select household_id from consent where decision = 'erased'
  union
  select household_id from consent f where decision = 'frozen'
    and not exists (select 1 from consent u where u.household_id = f.household_id and u.decision = 'unfrozen' and u.decided_at > f.decided_at);
create macro says_yes(code, oldest, notice_from) as table
  select household_id from households h
  where household_id not in (from gone)
    and exists (
      select 1 from consent y
      where y.household_id = h.household_id and y.purpose = code and y.decision = 'yes'
        and y.decided_at <= timestamp '2018-01-01' and y.decided_at >= oldest and y.notice >= notice_from
        and (y.valid_until is null or y.valid_until > timestamp '2018-01-01')
        and not exists (
          select 1 from consent n
          where n.household_id = h.household_id and n.purpose in (code, '*') and n.decision in ('no', 'objection')
            and n.decided_at >= y.decided_at));
create view mail as from says_yes('mail', timestamp '2016-01-01', '2016-10');
create view profile as from says_yes('profile', timestamp '2016-01-01', '2016-10');
create view partners as from says_yes('partners', timestamp '2016-01-01', '2017-01');
create view health as from says_yes('health', timestamp '2017-01-01', '2017-01');
create view no_objection as
  select household_id from households
  where household_id not in (from gone)
    and household_id not in (select household_id from consent where purpose in ('analytics', '*') and decision in ('no', 'objection'));
create view tx as
  select t.*, p.product_id is not null as listed, p.department, p.brand, p.product_category
  from transactions t left join products p using (product_id) where transaction_timestamp < timestamp '2018-01-01';
create view year as from tx where transaction_timestamp >= timestamp '2017-01-01';
create macro since(d) as table from tx where transaction_timestamp >= d;
create view spend as select household_id, coalesce(sum(sales_value), 0) as spend, count(distinct basket_id) as trips
  from households left join year using (household_id) group by 1;
-- Households with a line in the window of which the department or brand is unknown: a count over it is unknown for them.
create macro blind(d) as table select household_id from since(d) where not listed;

-- id: may_write_to
select count(*) from mail where household_id not in (select household_id from do_not_mail);
-- id: best_customers
select count(*) from mail where household_id not in (select household_id from do_not_mail) and household_id in (
  select household_id from since(timestamp '2018-01-01' - interval 364 day) group by 1 having sum(sales_value) >= 3000);
-- id: lapsed_regulars
select count(*) from mail where household_id not in (select household_id from do_not_mail)
  and household_id in (select household_id from spend where trips >= 10)
  and household_id not in (select household_id from since(timestamp '2018-01-01' - interval 56 day))
  and (select count(*) from mailings m where m.household_id = mail.household_id and mailed_on >= date '2018-01-01' - 60 and mailed_on < date '2018-01-01') < 2;
-- id: newcomers
select count(*) from mail where household_id in (select household_id from tx group by 1 having min(transaction_timestamp) >= timestamp '2017-03-01');
-- id: cooling_down_before_holdout
select count(*) from mail where household_id not in (select household_id from do_not_mail) and household_id in (
  select household_id from tx group by 1
  having sum(sales_value) filter (transaction_timestamp >= timestamp '2018-01-01' - interval 91 day) * 2
    < sum(sales_value) filter (transaction_timestamp >= timestamp '2018-01-01' - interval 182 day and transaction_timestamp < timestamp '2018-01-01' - interval 91 day));
-- id: big_baskets
select count(*) from mail where household_id in (select household_id from spend where spend between 500 and 2500 and spend >= 40 * trips and trips > 0);
-- id: gardeners
select count(*) from mail where household_id not in (select household_id from do_not_mail)
  and household_id in (select household_id from households where home_ownership in ('Homeowner', 'Probable Homeowner'))
  and household_id in (select household_id from year where department in ('GARDEN CENTER', 'FLORAL'));
-- id: coupon_users
select count(*) from mail where household_id in (
  select household_id from redemptions where redemption_date >= date '2018-01-01' - 180 and redemption_date < date '2018-01-01' group by 1 having count(*) >= 3);
-- id: coupons_unused
select count(*) from mail where household_id in (select household_id from mailings where mailed_on < date '2018-01-01' group by 1 having count(distinct campaign_id) >= 3)
  and household_id not in (select household_id from redemptions where redemption_date < date '2018-01-01');
-- id: campaign_18_users
select count(*) from mail where household_id in (select household_id from mailings where campaign_id = 18)
  and household_id in (select household_id from redemptions where campaign_id = 18 and redemption_date between date '2017-10-30' and date '2017-12-24');
-- id: groceries_only
select count(*) from mail where household_id in (
    select household_id from redemptions join campaigns using (campaign_id) where campaign_type = 'Type A' and redemption_date >= date '2017-01-01' and redemption_date < date '2018-01-01')
  and household_id not in (
    select household_id from redemptions left join coupons using (coupon_upc)
    where department is distinct from 'GROCERY' and redemption_date >= date '2017-01-01' and redemption_date < date '2018-01-01');
-- id: forgotten
select count(*) from mail where household_id not in (select household_id from do_not_mail)
  and household_id in (select household_id from spend where trips >= 40)
  and household_id not in (select household_id from mailings where mailed_on >= date '2017-12-01' and mailed_on < date '2018-01-01')
  and not (household_id in (select household_id from mailings where mailed_on < date '2018-01-01' group by 1 having count(distinct campaign_id) >= 3)
           and household_id not in (select household_id from redemptions where redemption_date < date '2018-01-01'));
-- id: own_brand_shoppers
select count(*) from profile where household_id not in (from blind(timestamp '2018-01-01' - interval 84 day)) and household_id in (
  select household_id from since(timestamp '2018-01-01' - interval 84 day) group by 1
  having count(*) filter (brand = 'Private') >= 0.35 * count(*) and count(*) >= 20);
-- id: own_brand_catalogue
select count(*) from mail where household_id in (from profile) and household_id not in (select household_id from do_not_mail)
  and household_id not in (from blind(timestamp '2018-01-01' - interval 84 day)) and household_id in (
    select household_id from since(timestamp '2018-01-01' - interval 84 day) group by 1
    having count(*) filter (brand = 'Private') >= 0.35 * count(*) and count(*) >= 20);
-- id: young_families
select count(*) from mail where household_id in (from profile) and (
  household_id in (select household_id from households where kids in ('1', '2', '3+'))
  or household_id in (select household_id from tx where transaction_timestamp >= timestamp '2017-07-01'
    and product_category in ('BABY FOODS', 'DIAPERS & DISPOSABLES', 'INFANT FORMULA') group by 1 having count(*) >= 3));
-- id: cooks
select count(*) from mail where household_id in (from profile) and household_id not in (from blind(timestamp '2018-01-01' - interval 84 day))
  and household_id in (
    select household_id from since(timestamp '2018-01-01' - interval 84 day) where department in ('PRODUCE', 'MEAT', 'SEAFOOD')
    group by 1 having count(distinct basket_id) >= 8);
-- id: small_purchases
select count(*) from profile where household_id in (
    select household_id from since(timestamp '2018-01-01' - interval 30 day) group by 1 having max(sales_value) < 20)
  and household_id in (select household_id from households where age_band in ('55-64', '65+') or household_size = '1');
-- id: health_advice
select count(*) from health where household_id in (select household_id from year where product_category in ('RESTRICTED DIET', 'SMOKING CESSATIONS', 'LAXATIVES', 'ADULT INCONTINENCE'));
-- id: partner_offer
select count(*) from partners where household_id not in (select household_id from do_not_mail);
-- id: fuel_recall
select count(distinct household_id) from tx where department = 'FUEL' and transaction_timestamp >= timestamp '2017-10-01' and household_id not in (from gone);
-- id: store_hoppers
select count(*) from no_objection where household_id in (select household_id from tx where transaction_timestamp >= timestamp '2017-07-01' group by 1 having count(distinct store_id) >= 4);
-- id: unwon
select count(*) from no_objection where household_id in (select household_id from households where income_band in
    ('100-124K', '125-149K', '150-174K', '175-199K', '200-249K', '250K+'))
  and household_id in (select household_id from spend where spend < 1500 or trips < 26);
