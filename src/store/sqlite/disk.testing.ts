import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, in memory, so that a test can fill it or make it read-only without harming anybody. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Undefined where this user may not mount. */
  static mount(kib: number): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
    if (run('mount', '-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder)) return new SmallDisk(folder)
    rmSync(folder, { recursive: true })
    return undefined
  }

  resize(kib: number): void {
    run('mount', '-o', `remount,size=${kib}k`, this.folder)
  }

  /** Every write fails from now on, root's too. False while somebody has a file open for writing. */
  makeReadOnly(): boolean {
    return run('mount', '-o', 'remount,ro', this.folder)
  }

  makeWritable(): void {
    run('mount', '-o', 'remount,rw', this.folder)
  }

  remove(): void {
    run('umount', '-l', this.folder)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Why tests that need a disk of their own are skipped; undefined where they run. */
export const noSmallDisk: string | undefined = (() => {
  const disk = SmallDisk.mount(64)
  disk?.remove()
  return disk === undefined ? 'needs the right to mount a tmpfs' : undefined
})()

function run(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
