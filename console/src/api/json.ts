/** What the server sends inside a state: JSON, with tagged objects such as `{"$date": ...}` for richer values. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
