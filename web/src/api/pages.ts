interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

/** All items of a list, page by page. */
export async function everyItem<T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const found: Page<T> = await page(cursor);
    items.push(...found.items);
    cursor = found.next_cursor ?? null;
  } while (cursor !== null);
  return items;
}
