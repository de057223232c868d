/**
 * Pictures of products, always our own files in two sizes.
 */

import type { Picture } from '../catalogue/product.ts'

type PictureProps = {
  readonly picture: Picture | undefined
  /** Shown where there is none. */
  readonly none: string
  /** Beside a name that says the same, a picture says nothing more. */
  readonly decorative?: boolean
  readonly lazy?: boolean
}

export function SmallPicture({ picture, none, decorative = false, lazy = true }: PictureProps) {
  if (picture === undefined) return <div class="picture">{none}</div>
  return (
    <div class="picture">
      <img
        src={urlOf(picture.smallFile)}
        alt={decorative ? '' : picture.alt}
        width={400}
        height={Math.round((400 * picture.height) / picture.width)}
        loading={lazy ? 'lazy' : 'eager'}
      />
    </div>
  )
}

export function LargePicture({ picture, none }: PictureProps) {
  if (picture === undefined) return <div class="picture">{none}</div>
  return (
    <div class="picture">
      <img
        src={urlOf(picture.file)}
        alt={picture.alt}
        width={picture.width}
        height={picture.height}
        data-large-picture
      />
    </div>
  )
}

export function urlOf(file: string): string {
  return `/pictures/${file}`
}
