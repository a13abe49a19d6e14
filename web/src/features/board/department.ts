const KEPT = "salus.department";

/** The department that this device looked at last: a place of work, nobody's data. */
export function keptDepartment(): string | undefined {
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDepartment(departmentId: string): void {
  try {
    localStorage.setItem(KEPT, departmentId);
  } catch {
    // Without storage the first department is shown next time.
  }
}
