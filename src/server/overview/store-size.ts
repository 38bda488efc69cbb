import { stat } from 'node:fs/promises'

/** The file a store lives in; undefined for stores in memory. */
export function fileOf(url: string): string | undefined {
  return url.startsWith('file:') ? url.slice(5) : undefined
}

/** Bytes a store occupies, its log included; 0 in memory. */
export async function bytesOf(url: string): Promise<number> {
  const file = fileOf(url)
  if (file === undefined) return 0
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
