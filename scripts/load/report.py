def page(result):
    return ''
