/** Where a tree reads its entries: plain node bytes by key. Reading may be interrupted to load what is missing. */
export interface TreeSource {
  read(key: string): Uint8Array | undefined
  /** Every entry below `parent`, itself not included, in key order. */
  below(parent: string): Iterable<readonly [key: string, bytes: Uint8Array]>
}

/** A source whose entries are brought into memory as they are asked for. */
export interface LoadingSource extends TreeSource {
  /** Has all below `parent` in memory, so that reading many entries there one by one loads them at once. */
  cover(parent: string): void
}

/** What a tree wants changed: new node bytes, or undefined to delete. */
export type TreeWrites = Map<string, Uint8Array | undefined>
