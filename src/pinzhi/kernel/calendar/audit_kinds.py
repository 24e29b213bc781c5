"""What the trail says of changes to the calendar."""

from pinzhi.kernel.audit.kinds import declare

declare("calendar.arrange_year", zh="录入 {subject} 年节假日安排", en="entered the holidays of {subject}")
declare("calendar.set_day", zh="调整工作日历：{subject}", en="changed the calendar day {subject}")
