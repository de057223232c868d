// A little comfort. Every page works without it.

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll('form[method="post"]')) {
  let sentAt = -Infinity
  form.addEventListener('submit', (event) => {
    if (performance.now() - sentAt < 2000) event.preventDefault()
    else sentAt = performance.now()
  })
}

// The product's large picture follows the chosen version.
const large = document.querySelector('[data-large-picture]')
for (const choice of document.querySelectorAll('[data-picture]')) {
  choice.addEventListener('change', () => {
    if (large !== null) large.src = choice.dataset.picture
  })
}

// A form that only a person's own arrival may send: a page that is loaded ahead, unseen, sends nothing.
const own = document.querySelector('form[data-goes-by-itself]')
if (own !== null && document.prerendering) {
  document.addEventListener('prerenderingchange', () => own.requestSubmit(), { once: true })
} else own?.requestSubmit()
