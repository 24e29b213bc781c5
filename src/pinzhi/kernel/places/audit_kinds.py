"""What the trail says of changes to places."""

from pinzhi.kernel.audit.kinds import declare

declare("places.save_region", zh="登记地区 {subject}", en="entered region {subject}")
declare("places.save_agency", zh="登记机构 {subject}", en="entered agency {subject}")
declare("places.record_succession", zh="登记机构承继：{subject}", en="entered the succession of {subject}")
declare("places.delegate_function", zh="登记委托事项：{subject}", en="entered a delegation to {subject}")
