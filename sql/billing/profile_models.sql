-- Models of billed profiles
-- Which model stands behind an inference profile, where the lines of all its tokens name the same.
-- @reads billed_charges
-- @column resource_id varchar Inference profile as billed
-- @column model varchar Model
select b.resource_id, min(b.model) as model
from billed_charges b
where b.charge_kind = 'token'
  and b.resource_id like '%inference-profile/%'
group by b.resource_id
having count(distinct b.model) = 1
order by 1
