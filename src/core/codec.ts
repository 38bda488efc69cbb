import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { HoldfastError } from './errors.ts'

/**
 * How plain bytes become a stored segment and back: one header byte (high nibble: format version, low nibble:
 * compression), one byte for the length of the key id (0: not encrypted), the key id, the body, and the CRC-32 of all that
 * (four bytes, little-endian): SQLite does not notice when a disk changes what it keeps.
 */
export interface Codec {
  /**
   * Plain bytes to a segment.
   * @param compressFrom in place of the codec's own
   * @throws too_large beyond what `open` would unpack.
   */
  seal(plain: Uint8Array, compressFrom?: number): Uint8Array
  /**
   * A segment to plain bytes.
   * @throws corrupt when the segment cannot be what `seal` made.
   */
  open(segment: Uint8Array): Uint8Array
}

/**
 * Encrypts the bodies of segments. `keyId` is written into the header, so keys can be rotated; what is sealed under
 * a key whose id is no longer known is unreadable by design (that is how erasure works).
 */
export interface Cipher {
  readonly keyId: Uint8Array
  seal(body: Uint8Array): Uint8Array
  open(body: Uint8Array, keyId: Uint8Array): Uint8Array
}

/** No encryption. */
export const identityCipher: Cipher = { keyId: new Uint8Array(0), seal: (body) => body, open: (body) => body }

/** How segments are made. */
export interface CodecOptions {
  readonly cipher?: Cipher
  /** Bodies of at least this many bytes are compressed (zstd) when that makes them smaller. Default 4,096: below that zstd costs more time than it saves bytes. */
  readonly compressFrom?: number
  /** No segment may hold more plain bytes than this. Default 64 MiB. */
  readonly maxPlainBytes?: number
}

const VERSION = 1
const RAW = 0
const ZSTD = 1
/** Level 1 takes a third of level 3's time for about a tenth more bytes on JSON of a few KiB. */
const LEVEL = 1

const SUM_BYTES = 4

/** The codec of a store. Segments made with other options stay readable, as long as the cipher knows their key. */
export function createCodec(options: CodecOptions = {}): Codec {
  const { cipher = identityCipher, compressFrom = 4096, maxPlainBytes = 64 * 1024 * 1024 } = options
  return {
    seal(plain, from = compressFrom) {
      if (plain.length > maxPlainBytes) throw tooLarge(plain.length, maxPlainBytes)
      const packed =
        plain.length >= from ? zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }) : plain
      const smaller = packed.length < plain.length
      const body = cipher.seal(smaller ? packed : plain)
      const keyId = cipher.keyId
      const end = 2 + keyId.length + body.length
      const segment = Buffer.allocUnsafe(end + SUM_BYTES)
      segment[0] = (VERSION << 4) | (smaller ? ZSTD : RAW)
      segment[1] = keyId.length
      segment.set(keyId, 2)
      segment.set(body, 2 + keyId.length)
      segment.writeUInt32LE(crc32(segment.subarray(0, end)), end)
      return segment
    },
    open(segment) {
      const version = (segment[0] ?? 0) >> 4
      const compression = (segment[0] ?? 0) & 15
      const keyEnd = 2 + (segment[1] ?? 0)
      const end = segment.length - SUM_BYTES
      if (version !== VERSION || compression > ZSTD || end < keyEnd) {
        throw corrupt(`its header (version ${version}, compression ${compression}) is not one this program writes`)
      }
      if (crc32(segment.subarray(0, end)) !== sumAt(segment, end)) throw corrupt('its bytes have changed since they were written')
      const body = cipher.open(segment.subarray(keyEnd, end), segment.subarray(2, keyEnd))
      return compression === ZSTD ? unpack(body, maxPlainBytes) : body
    },
  }
}

/** Looks at what can be told of a segment without opening it. @throws corrupt when it cannot be what `seal` made */
export function checkSegment(segment: Uint8Array): void {
  const end = segment.length - SUM_BYTES
  const isWhole = end >= 2 + (segment[1] ?? 0) && (segment[0] ?? 0) >> 4 === VERSION
  if (!isWhole) throw corrupt('its header is not one this program writes')
  if (crc32(segment.subarray(0, end)) !== sumAt(segment, end)) throw corrupt('its bytes have changed since they were written')
}

function sumAt(segment: Uint8Array, at: number): number {
  return new DataView(segment.buffer, segment.byteOffset + at, SUM_BYTES).getUint32(0, true)
}

function tooLarge(actual: number, limit: number): HoldfastError<'too_large'> {
  const message = `A value takes ${actual} bytes, one may take ${limit}; split it, or keep it outside and store where it is`
  return new HoldfastError('too_large', message, { limit, actual, unit: 'bytes' })
}

function unpack(body: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength })
  } catch (cause) {
    throw corrupt('its body does not unpack', cause)
  }
}

function corrupt(why: string, cause?: unknown): HoldfastError<'corrupt'> {
  const message = `A stored segment cannot be read: ${why}. Run \`holdfast doctor\`; restore from a backup if it confirms damage`
  return new HoldfastError('corrupt', message, {}, { cause })
}
