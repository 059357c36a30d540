-- Of level
-- The column of level v.level, of those that each level of bill_matches adds.
case v.level
  when 1 then l.{column}_1
  when 2 then l.{column}_2
  when 3 then l.{column}_3
  when 4 then l.{column}_4
  when 5 then l.{column}_5
  when 6 then l.{column}_6
  when 7 then l.{column}_7
  when 8 then l.{column}_8
  when 9 then l.{column}_9
  when 10 then l.{column}_10
end
