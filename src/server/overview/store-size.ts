import { stat } from 'node:fs/promises'

/** The file a store lives in; undefined for stores that have none. */
export function fileOf(url: string): string | undefined {
  return url.startsWith('file:') ? url.slice(5) : undefined
}

/** Bytes the file of a store occupies, its log included; null for stores that have none. */
export async function bytesOf(url: string): Promise<number | null> {
  const file = fileOf(url)
  if (file === undefined) return null
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
