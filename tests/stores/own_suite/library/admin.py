from django.contrib import admin

from library.models import Book


@admin.action(description="Shout")
def shout(model_admin, request, queryset):
    for book in queryset:
        book.title = book.title.upper()
        book.save()


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ("id", "title")
    list_editable = ("title",)
    actions = (shout,)
