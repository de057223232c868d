/**
 * The back office's addresses, on one page, each with the deed that it takes a role to do.
 */

import type { FastifyInstance } from 'fastify'
import { openSignIn } from '../staff/sign-in.ts'
import { visited } from './_visit.ts'
import * as books from './books/actions.ts'
import type { BackOffice } from './office.ts'
import * as order from './order/actions.ts'
import * as orders from './orders/actions.ts'
import * as paper from './paper/actions.ts'
import * as papers from './papers/actions.ts'
import * as password from './password/actions.ts'
import * as request from './request/actions.ts'
import * as requests from './requests/actions.ts'
import * as retention from './retention/actions.ts'
import * as session from './session/actions.ts'
import * as staff from './staff/actions.ts'

export function registerBackOffice(app: FastifyInstance, office: BackOffice): void {
  const entry = openSignIn({ database: office.gateway.database, clock: office.gateway.clock })
  const toOrders = visited(office, 'see orders', orders.goToOrders)

  app.get('/admin', toOrders)
  app.get('/admin/session', (request, reply) => session.showSignIn(office, request, reply))
  app.post('/admin/session', (request, reply) => session.enter(office, entry, request, reply))
  app.post('/admin/session/end', (request, reply) => session.leave(office, request, reply))

  app.get('/admin/orders', visited(office, 'see orders', orders.showOrders))
  app.get('/admin/search', toOrders)
  app.post('/admin/search', visited(office, 'see orders', orders.search))

  const one = '/admin/orders/:number'
  app.get(one, visited(office, 'see orders', order.showOrder))
  app.get(`${one}/looks`, visited(office, 'see orders', order.goToOrder))
  app.post(`${one}/looks`, visited(office, 'look at a person', order.look))
  app.post(`${one}/packing`, visited(office, 'pack an order', order.pack))
  app.post(`${one}/shipment`, visited(office, 'book a parcel', order.book))
  app.get(`${one}/label`, visited(office, 'print a label', order.printLabel))
  app.post(`${one}/cancellation`, visited(office, 'cancel an order', order.cancel))
  app.get(`${one}/hold`, visited(office, 'see orders', order.goToOrder))
  app.post(`${one}/hold`, visited(office, 'hold an order', order.hold))
  app.post(`${one}/hold/end`, visited(office, 'hold an order', order.releaseHold))
  app.get(`${one}/refunds`, visited(office, 'see orders', order.goToOrder))
  app.post(`${one}/refunds`, visited(office, 'refund an order', order.refund))
  app.get(`${one}/refunds/articles`, visited(office, 'see orders', order.goToOrder))
  app.post(`${one}/refunds/articles`, visited(office, 'refund an order', order.refundArticles))
  app.get(`${one}/refunds/settlement`, visited(office, 'see orders', order.goToOrder))
  app.post(`${one}/refunds/settlement`, visited(office, 'settle a refund', order.settleRefund))

  const requested = '/admin/requests/:id'
  app.get('/admin/requests', visited(office, 'answer requests', requests.showRequests))
  app.post('/admin/requests', visited(office, 'answer requests', requests.enter))
  app.get('/admin/requests/orders', visited(office, 'answer requests', requests.goToRequests))
  app.post('/admin/requests/orders', visited(office, 'answer requests', requests.findOrders))
  app.get(requested, visited(office, 'answer requests', request.showRequest))
  app.post(`${requested}/act`, visited(office, 'answer requests', request.carryOut))
  app.post(`${requested}/email`, visited(office, 'answer requests', request.correctEmail))
  app.post(`${requested}/end`, visited(office, 'answer requests', request.close))

  const onePaper = '/admin/papers/:number'
  app.get('/admin/papers', visited(office, 'keep papers', papers.showPapers))
  app.post('/admin/papers', visited(office, 'keep papers', papers.register))
  app.post('/admin/papers/places', visited(office, 'keep papers', papers.addAPlace))
  app.post('/admin/papers/places/end', visited(office, 'keep papers', papers.endPlace))
  app.get(onePaper, visited(office, 'keep papers', paper.showPaper))
  app.post(`${onePaper}/move`, visited(office, 'keep papers', paper.move))
  app.post(`${onePaper}/look`, visited(office, 'look at a person', paper.look))
  app.post(`${onePaper}/destruction`, visited(office, 'keep papers', paper.destroy))
  app.get(`${onePaper}/certificate.pdf`, visited(office, 'keep papers', paper.printCertificate))

  app.get('/admin/books', visited(office, 'see the books', books.showBooks))
  app.get('/admin/books/:month.csv', visited(office, 'see the books', books.downloadBooks))

  app.get('/admin/retention', visited(office, 'see retention', retention.showRetention))
  app.post('/admin/retention/clock', visited(office, 'trust the clock', retention.trust))

  app.get('/admin/staff', visited(office, 'manage staff', staff.showStaff))
  app.post('/admin/staff', visited(office, 'manage staff', staff.add))
  app.get('/admin/staff/:id', visited(office, 'manage staff', staff.showMember))
  app.post('/admin/staff/:id/roles', visited(office, 'manage staff', staff.saveRoles))
  app.post('/admin/staff/:id/access', visited(office, 'manage staff', staff.changeAccess))
  app.post('/admin/staff/:id/password', visited(office, 'manage staff', staff.makePassword))

  app.get('/admin/password', visited(office, 'change the own password', password.showForm))
  app.post('/admin/password', visited(office, 'change the own password', password.change))
}
