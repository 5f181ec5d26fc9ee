#!/usr/bin/env node
// The service as a client sees it: it places an order and finds it in the list. MUSTER_URL is where clients go.
const url = process.env.MUSTER_URL;
const id = `smoke-${Date.now()}`;
const order = { id, tenant: 'smoke', hash: '0123456789abcdef', at: new Date().toISOString() };
const placed = await fetch(new URL('/orders', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });
if (placed.status !== 201) throw new Error(`placing an order answered ${placed.status}: ${await placed.text()}`);
const { orders } = await (await fetch(new URL('/orders?tenant=smoke', url))).json();
if (!orders.some((each) => each.id === id)) throw new Error('the order that was just placed is not in the list');
console.log(`order ${id} placed and found at ${placed.headers.get('x-site')}`);
