import { HoldfastError } from '../../index.ts'

/** Money that is to be paid back. */
export interface Payment {
  readonly order: string
  /** Euros. */
  readonly amount: number
}

/** Pays money back. */
export interface Payments {
  /** The same key is the same payment. Returns its receipt. */
  refund(payment: Payment, options: { readonly key: string; readonly signal: AbortSignal }): Promise<string>
}

/** A client of the payment service at `url`. */
export function paymentsAt(url: string): Payments {
  return {
    async refund(payment, { key, signal }) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payment), signal })
      const text = await response.text()
      if (response.ok) return text
      throw new HoldfastError('failed', `The payment service answered ${response.status}: ${text}`, {})
    },
  }
}
