"""What the trail says of files."""

from pinzhi.kernel.audit.kinds import declare

declare(
    "files.erase_file",
    zh="删除文件内容：{subject}",
    en="erased the content of file {subject}",
    sensitive=True,
)
