-- Invoices
-- What stands behind the billed dollars of a statement: payers, invoices, kinds of bill and sellers, as the export names them.
-- @param from date First day
-- @param to date Last day
-- @reads billed_charges
-- @column payer_account_id varchar Account that pays; empty where the export does not say
-- @column invoice_id varchar Invoice; empty until the period is closed
-- @column bill_type varchar Anniversary, Purchase or Refund; empty where the export does not say
-- @column billing_entity varchar AWS or AWS Marketplace; empty where the export does not say
-- @column legal_entity varchar Legal entity that sells; empty where the export does not say
-- @column currency_code varchar Currency of the invoice
-- @column period varchar Billing period, YYYY-MM
-- @column lines bigint Bill lines
-- @column incomplete boolean Whether parts of the bill could not be read
-- @column original_cost decimal(38,12) Billed amount in the currency of the invoice
-- @column billed_cost decimal(38,12) Billed USD
select
  coalesce(b.payer_account_id, '') as payer_account_id,
  coalesce(b.invoice_id, '') as invoice_id,
  coalesce(b.bill_type, '') as bill_type,
  coalesce(b.billing_entity, '') as billing_entity,
  coalesce(b.legal_entity, '') as legal_entity,
  b.currency_code,
  b.period,
  count(*) as lines,
  count_if(b.incomplete) > 0 as incomplete,
  cast(sum(b.original_cost) as decimal(38,12)) as original_cost,
  cast(sum(b.billed_cost) as decimal(38,12)) as billed_cost
from billed_charges b
where b.period between date_format(cast(:from as date), '%Y-%m') and date_format(cast(:to as date), '%Y-%m')
  and b.statement_dt between :from and :to
group by
  coalesce(b.payer_account_id, ''),
  coalesce(b.invoice_id, ''),
  coalesce(b.bill_type, ''),
  coalesce(b.billing_entity, ''),
  coalesce(b.legal_entity, ''),
  b.currency_code,
  b.period
order by
  1,
  7,
  2,
  3,
  4,
  5,
  6
