/** How long the first who asks waits for others. */
const GATHER = 10;

/**
 * Makes one request of what many parts of a page ask for at once: a function from an id to its thing, or to null where the
 * API left it out. `load` gets at most `most` different ids.
 */
export function batched<T>(load: (ids: string[]) => Promise<Map<string, T>>, most: number): (id: string) => Promise<T | null> {
  let waiting: { id: string; resolve: (thing: T | null) => void; reject: (error: unknown) => void }[] = [];

  const flush = async () => {
    const asked = waiting;
    waiting = [];
    const ids = [...new Set(asked.map(({ id }) => id))];
    for (let at = 0; at < ids.length; at += most) {
      const part = new Set(ids.slice(at, at + most));
      const those = asked.filter(({ id }) => part.has(id));
      try {
        const found = await load([...part]);
        for (const { id, resolve } of those) resolve(found.get(id) ?? null);
      } catch (error) {
        for (const { reject } of those) reject(error);
      }
    }
  };
  return (id) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(() => void flush(), GATHER);
      waiting.push({ id, resolve, reject });
    });
}
