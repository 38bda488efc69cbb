import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { applySplice, type Cipher, createCodec, makeSplice, readVarint, varintLength, writeVarint } from './index.ts'
import { runs } from './runs.testing.ts'

/** Few values, so that prefixes and suffixes agree often. */
const bytes = fc.uint8Array({ max: 3, maxLength: 64 })
const same = (a: Uint8Array, b: Uint8Array): void => assert.equal(Buffer.compare(a, b), 0)

describe('varint', () => {
  test('I9 every whole number comes back, in the length announced', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constantFrom(127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER)),
        fc.nat(9),
        (n, offset) => {
          const into = new Uint8Array(offset + 8)
          const end = writeVarint(into, offset, n)
          assert.equal(end - offset, varintLength(n))
          assert.deepEqual(readVarint(into, offset), { value: n, end })
          assert.equal(readVarint(into.subarray(0, end - 1), offset), undefined)
        },
      ),
      runs(1000),
    )
  })
})

describe('splice', () => {
  test('I5 a patch between any two byte strings makes the one out of the other', () => {
    fc.assert(
      fc.property(bytes, bytes, (from, to) => same(applySplice(from, makeSplice(from, to)), to)),
      runs(2000),
    )
  })

  test('I5 a patch holds no more than what lies between the common ends', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (start, middle, end) => {
        const patch = makeSplice(Buffer.concat([start, end]), Buffer.concat([start, middle, end]))
        assert.ok(patch.length <= middle.length + 4)
      }),
      runs(500),
    )
  })

  test('I5 a patch that does not fit is refused, and no bytes crash it', () => {
    const patch = makeSplice(Buffer.from('abcdef'), Buffer.from('abXdef'))
    assert.throws(() => applySplice(Buffer.from('abc'), patch), { code: 'corrupt' })
    assert.throws(() => applySplice(Buffer.from('abc'), new Uint8Array(0)), { code: 'corrupt' })
    fc.assert(
      fc.property(bytes, fc.uint8Array(), (from, noise) => {
        try {
          applySplice(from, noise)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'corrupt')
        }
      }),
      runs(500),
    )
  })
})

describe('codec', () => {
  const xor: Cipher = {
    keyId: Buffer.from('k7'),
    seal: (body) => body.map((byte) => byte ^ 0x5a),
    open: (body, keyId) => body.map((byte) => byte ^ (Buffer.from(keyId).toString() === 'k7' ? 0x5a : 0)),
  }

  test('I9 any bytes come back, compressed or not, sealed or not', () => {
    const options = fc.record({
      compressFrom: fc.constantFrom(0, 16, 2048),
      cipher: fc.option(fc.constant(xor), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, max: 20 }), options, ({ buffer, byteLength }, { cipher, compressFrom }) => {
        const plain = new Uint8Array(buffer, 0, byteLength)
        const segment = createCodec({ compressFrom, ...(cipher && { cipher }) }).seal(plain)
        same(createCodec({ ...(cipher && { cipher }) }).open(segment), plain)
      }),
      runs(300),
    )
  })

  test('I9 large text gets smaller, and bytes that would grow stay as they are', () => {
    const codec = createCodec()
    assert.ok(codec.seal(Buffer.from('holdfast '.repeat(1000))).length < 200)
    const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 2654435761) >>> 24)
    assert.ok(codec.seal(noise).length <= noise.length + 2)
  })

  test('I12 what could not be read back is refused when it is written', () => {
    const codec = createCodec({ maxPlainBytes: 100 })
    same(codec.open(codec.seal(new Uint8Array(100))), new Uint8Array(100))
    assert.throws(() => codec.seal(new Uint8Array(101)), {
      code: 'too_large',
      details: { limit: 100, actual: 101, unit: 'bytes' },
    })
  })

  test('I9 bytes that are no segment are corrupt, whatever they are', () => {
    const codec = createCodec({ maxPlainBytes: 1000 })
    const bomb = createCodec().seal(new Uint8Array(5000))
    assert.throws(() => codec.open(bomb), { code: 'corrupt' })
    assert.throws(() => codec.open(new Uint8Array(0)), { code: 'corrupt' })
    assert.throws(() => codec.open(Uint8Array.of(0x10, 9, 1)), { code: 'corrupt' })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (noise) => {
        try {
          codec.open(noise)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'corrupt')
        }
      }),
      runs(500),
    )
  })
})
