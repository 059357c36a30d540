-- Ends of the bill
-- How far the bill reaches by account and seller, since Marketplace's lines come later than AWS's own, and from which hour on a call without a line may still come.
-- @param lag_hours integer=24 Hours after which a logged call is expected on the bill
-- @reads billed_charges
-- @column account_id varchar Account; * for what holds where it has no line of that seller
-- @column seller varchar Billing entity as billed, empty where the line has none; * for the whole bill
-- @column first_day date First day that is reconciled: usage before it has no bill to be held against
-- @column own_end varchar Time up to which lines may hold usage, YYYY-MM-DD HH:MM:SS; null when there are only adjustments, as the next
-- @column late_from varchar First time of which a call that no line explains may still be billed
with lines as (
  select
    b.account_id,
    coalesce(b.billing_entity, '') as seller,
    b.charge_kind,
    b.usage_end,
    b.usage_end > date_add('day', 1, b.usage_start) as is_month,
    least(cast(concat(b.period, '-01') as date), greatest(b.dt, cast(date_add('day', -100, cast(concat(b.period, '-01') as date)) as date))) as first_day,
    -- Up to where the line may hold usage: not beyond its delivery.
    least(b.usage_end, coalesce(b.delivered_at, b.usage_end)) as may_end,
    -- Up to where it surely holds all: a day or month without an invoice may be a running one.
    case when b.usage_end <= date_add('hour', 1, b.usage_start) or b.invoice_id is not null then b.usage_end else b.usage_start end as sure_end
  from billed_charges b
),
ends as (
  -- Fees, storage and tax are billed for the whole month from its first day on: how far the bill reaches is told by lines of a day or less.
  select
    l.account_id,
    l.seller,
    min(l.first_day) as first_day,
    max(case when l.charge_kind = 'token' then l.may_end end) as may_end,
    max(case when l.charge_kind = 'token' then l.sure_end end) as sure_end,
    max(case when l.charge_kind in ('token', 'not_token') and not l.is_month then l.may_end end) as short_may_end,
    max(case when l.charge_kind in ('token', 'not_token') and not l.is_month then l.sure_end end) as short_sure_end,
    max(case when l.charge_kind in ('token', 'not_token') then l.usage_end end) as last_end
  from lines l
  group by l.account_id, l.seller
),
whole as (
  select
    min(e.first_day) as first_day,
    coalesce(max(e.short_may_end), max(e.may_end), max(e.last_end)) as may_end,
    coalesce(max(e.short_sure_end), max(e.sure_end), max(e.last_end)) as sure_end
  from ends e
),
reached as (
  select
    coalesce(e.account_id, '*') as account_id,
    e.seller,
    max(e.may_end) as may_end,
    max(e.sure_end) as sure_end
  from ends e
  where e.may_end is not null
  group by grouping sets ((e.account_id, e.seller), (e.seller))
  union all
  select '*', '*', w.may_end, w.sure_end
  from whole w
)
select
  r.account_id,
  r.seller,
  w.first_day,
  date_format(r.may_end, '%Y-%m-%d %H:%i:%s') as own_end,
  -- The last hours before the end of the bill of this account and seller, or a running day. Where that end lies behind the whole bill's, it is
  -- waited for as long again and no longer: the account may have stopped.
  date_format(
    greatest(
      least(date_add('hour', - :lag_hours, r.may_end), r.sure_end),
      date_add('hour', - :lag_hours, least(date_add('hour', - :lag_hours, w.may_end), w.sure_end))
    ),
    '%Y-%m-%d %H:%i:%s'
  ) as late_from
from reached r
cross join whole w
where w.first_day is not null
order by 1, 2
