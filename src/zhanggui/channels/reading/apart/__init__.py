"""What runs in a process of its own: workbooks, archives and pages are taken apart here, so that none of them can harm
the one that asked. Only the standard library, the workbook reader and this folder."""
