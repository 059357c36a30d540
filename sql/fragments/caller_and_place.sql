-- Caller and place
-- Who calls which model where; {of} is the table.
-- @column who varchar Person or service
-- @column kind varchar person or service
-- @column team varchar Team
-- @column account_id varchar AWS account
-- @column region varchar Region
-- @column routing varchar in-region, geo or global
-- @column vendor varchar Model maker
-- @column model varchar Model
-- @column service_tier varchar Service tier
coalesce({of}.person, {of}.principal_name, {of}.principal_arn, 'unknown') as who,
case when {of}.person is null then 'service' else 'person' end as kind,
{of}.team,
{of}.account_id,
{of}.region,
{of}.routing,
{of}.vendor,
{of}.model,
{of}.service_tier,
