"""A framework as an Excel workbook: written to be edited, read with every fault named by its cell.

Both run in a child process with limits of memory and time, so that a hostile file or a large one
costs the web process nothing.
"""

from rubrics.workbook.child import Reading, read_workbook, write_workbook

__all__ = ["Reading", "read_workbook", "write_workbook"]
