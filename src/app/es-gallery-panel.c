/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gallery-panel.h"

#include "es-attack-figures.h"
#include "es-export-dialog.h"
#include "es-gallery.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-samples-plot.h"
#include "es-theme.h"
#include "es-tile.h"
#include "es-toasts.h"

#define TILE_SIZE 84

struct _EsGalleryPanel
{
  AdwBin parent_instance;

  EsWorkspace *workspace;
  EsRunItem *run;
  EsGallery *gallery; /* of the run, or NULL */

  GtkStack *stack;
  GtkLabel *problem;
  GtkLabel *count;
  GtkGridView *grid;
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (EsGalleryPanel, es_gallery_panel, ADW_TYPE_BIN)

enum {
  OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GListModel *
items (EsGalleryPanel *self)
{
  return self->gallery != NULL ? es_gallery_get_items (self->gallery) : NULL;
}

static char **
class_names (EsGalleryPanel *self)
{
  return self->run != NULL ? es_run_item_get_class_names (self->run) : NULL;
}

static char *
verdict (EsGalleryPanel *self, const EsAttackRecord *record)
{
  return es_attack_figures_verdict (record->label, record->read_before,
                                    record->read_after, class_names (self));
}

static char *
caption (EsGalleryPanel *self, const EsAttackRecord *record)
{
  return es_attack_figures_caption (record->label, record->read_before,
                                    record->read_after, class_names (self));
}

/* Removing */

typedef struct
{
  EsGallery *gallery;
  EsAttackRecord *record;
  guint position;
} Removal;

static void
removal_free (gpointer data, GClosure *closure)
{
  Removal *removal = data;

  g_object_unref (removal->gallery);
  es_attack_record_unref (removal->record);
  g_free (removal);
}

static void
undo_cb (AdwToast *toast, Removal *removal)
{
  if (!es_gallery_insert (removal->gallery, removal->position, removal->record))
    g_message ("The gallery is full");
}

static void
remove_at (EsGalleryPanel *self, guint position)
{
  g_autoptr (EsGalleryItem) item = NULL;
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;
  Removal *removal;

  if (items (self) == NULL)
    return;
  item = g_list_model_get_item (items (self), position);
  if (item == NULL)
    return;
  removal = g_new0 (Removal, 1);
  removal->gallery = g_object_ref (self->gallery);
  removal->record = es_attack_record_ref (es_gallery_item_get_record (item));
  removal->position = position;
  what = caption (self, removal->record);
  text = g_strdup_printf (_ ("%s removed from the gallery"), what);
  es_gallery_remove (self->gallery, position);
  es_toast_undo (GTK_WIDGET (self), text, G_CALLBACK (undo_cb), removal, removal_free);
}

static void
remove_item (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsGalleryPanel *self = ES_GALLERY_PANEL (widget);

  remove_at (self, gtk_single_selection_get_selected (self->selection));
}

static void
trash_cb (GtkListItem *item)
{
  remove_at (g_object_get_data (G_OBJECT (item), "panel"),
             gtk_list_item_get_position (item));
}

/* One attack */

static void
setup_cb (EsGalleryPanel *self, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *trash = gtk_button_new_from_icon_name ("user-trash-symbolic");
  GtkWidget *below = gtk_label_new (NULL);
  GtkWidget *norm = gtk_label_new (NULL);

  gtk_widget_set_halign (trash, GTK_ALIGN_END);
  gtk_widget_set_valign (trash, GTK_ALIGN_START);
  gtk_widget_add_css_class (trash, "circular");
  gtk_widget_set_tooltip_text (trash, _ ("Remove from the Gallery (Delete)"));
  g_signal_connect_swapped (trash, "clicked", G_CALLBACK (trash_cb), item);
  g_object_set_data (G_OBJECT (item), "panel", self);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), picture);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), trash);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), FALSE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (GTK_LABEL (below), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (below), 12);
  gtk_widget_add_css_class (norm, "caption");
  gtk_widget_add_css_class (norm, "dim-label");
  gtk_widget_add_css_class (norm, "numeric");
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), below);
  gtk_box_append (GTK_BOX (box), norm);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (EsGalleryPanel *self, GtkListItem *item)
{
  const EsAttackRecord *record =
      es_gallery_item_get_record (gtk_list_item_get_item (item));
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *overlay = gtk_widget_get_first_child (box);
  GtkWidget *picture = gtk_overlay_get_child (GTK_OVERLAY (overlay));
  GtkWidget *trash = gtk_widget_get_next_sibling (picture);
  GtkWidget *below = gtk_widget_get_next_sibling (overlay);
  GtkWidget *norm = gtk_widget_get_next_sibling (below);
  g_autofree char *what = caption (self, record);
  g_autofree char *sentence = verdict (self, record);
  g_autofree char *l2 = es_number_text (record->norms.l2, 3, es_theme_get_point ());
  g_autofree char *size = g_strdup_printf ("L2 %s", l2);
  g_autofree char *spoken =
      g_strdup_printf (_ ("%s: %s, %s"), record->title, sentence, size);
  g_autofree char *removing = NULL;
  g_autoptr (GdkTexture) tile = NULL;
  EsColorScale scale = {NULL, 0, 1};
  EsStyle style;

  es_theme_get_style (&style, GTK_WIDGET (self));
  scale.map = style.ink;
  tile = es_tile_new (record->result, record->rows, record->cols,
                      es_tile_side (record->rows, record->cols, TILE_SIZE), &scale);
  gtk_picture_set_paintable (GTK_PICTURE (picture), GDK_PAINTABLE (tile));
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), spoken);
  gtk_label_set_text (GTK_LABEL (below), what);
  gtk_label_set_text (GTK_LABEL (norm), size);
  gtk_widget_set_tooltip_text (picture, spoken);
  removing = g_strdup_printf (_ ("Remove %s"), what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (trash), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  removing, -1);
}

static void
activate_cb (EsGalleryPanel *self, guint position)
{
  g_autoptr (EsGalleryItem) item = g_list_model_get_item (items (self), position);

  if (item != NULL)
    g_signal_emit (self, signals[OPENED], 0, es_gallery_item_get_record (item));
}

/* What is shown */

static void
show (EsGalleryPanel *self)
{
  guint n = items (self) != NULL ? g_list_model_get_n_items (items (self)) : 0;
  const char *problem =
      self->gallery != NULL ? es_gallery_get_problem (self->gallery) : NULL;
  g_autofree char *text =
      g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u attack", "%u attacks", n), n);

  gtk_label_set_text (self->count, text);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "shown" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.remove", n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.export", n > 0);
}

static void
run_cb (EsGalleryPanel *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (self->gallery != NULL) {
    g_signal_handlers_disconnect_by_data (self->gallery, self);
    g_signal_handlers_disconnect_by_data (items (self), self);
  }
  gtk_single_selection_set_model (self->selection, NULL);
  g_clear_object (&self->gallery);
  g_set_object (&self->run, run);
  if (run != NULL) {
    self->gallery = g_object_ref (es_gallery_of (run));
    g_signal_connect_object (self->gallery, "notify::problem", G_CALLBACK (show), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (items (self), "items-changed", G_CALLBACK (show), self,
                             G_CONNECT_SWAPPED);
    gtk_single_selection_set_model (self->selection, items (self));
  }
  show (self);
}

void
es_gallery_panel_set_workspace (EsGalleryPanel *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_GALLERY_PANEL (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
}

void
es_gallery_panel_keep (EsGalleryPanel *self, EsAttackRecord *record)
{
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (ES_IS_GALLERY_PANEL (self));
  if (self->gallery == NULL)
    return;
  if (!es_gallery_insert (self->gallery, G_MAXUINT, record)) {
    es_toast (GTK_WIDGET (self), _ ("The gallery is full: remove something first"));
    return;
  }
  what = verdict (self, record);
  text = g_strdup_printf (_ ("Kept in the gallery: %s"), what);
  es_toast (GTK_WIDGET (self), text);
}

/* The gallery as a figure */

static EsPlot *
make_plot (EsGalleryPanel *self)
{
  guint n = g_list_model_get_n_items (items (self));
  g_autoptr (GPtrArray) captions = g_ptr_array_new_with_free_func (g_free);
  g_autofree float *pixels = NULL;
  g_autofree char *title = NULL;
  EsSamplesData data = ES_SAMPLES_DATA_INIT;
  gsize P = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (EsGalleryItem) item = g_list_model_get_item (items (self), i);
    const EsAttackRecord *record = es_gallery_item_get_record (item);

    if (i == 0) {
      data.rows = record->rows;
      data.cols = record->cols;
      P = (gsize)record->rows * record->cols;
      pixels = g_new (float, n *P);
    }
    /* All of a run have the sizes that its network reads. */
    if (record->rows != data.rows || record->cols != data.cols)
      continue;
    for (gsize p = 0; p < P; p++)
      pixels[data.n * P + p] = CLAMP (record->result[p], 0, 1);
    g_ptr_array_add (captions, caption (self, record));
    data.n++;
  }
  title = g_strdup_printf (_ ("Adversarial images of “%s”"),
                           es_run_item_get_name (self->run));
  data.pixels = pixels;
  data.captions = (const char *const *)captions->pdata;
  data.title = title;
  return es_samples_plot_new (&data);
}

static void
export_figure (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsGalleryPanel *self = ES_GALLERY_PANEL (widget);
  g_autoptr (EsPlot) plot = NULL;

  if (items (self) == NULL || g_list_model_get_n_items (items (self)) == 0)
    return;
  plot = make_plot (self);
  es_export_dialog_present (widget, plot, _ ("Gallery"), NULL);
}

/* Life */

static void
es_gallery_panel_dispose (GObject *object)
{
  EsGalleryPanel *self = ES_GALLERY_PANEL (object);

  if (self->gallery != NULL) {
    g_signal_handlers_disconnect_by_data (self->gallery, self);
    g_signal_handlers_disconnect_by_data (items (self), self);
  }
  g_clear_object (&self->gallery);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_gallery_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsGalleryPanel, name)

static void
es_gallery_panel_class_init (EsGalleryPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_gallery_panel_dispose;
  signals[OPENED] = g_signal_new ("opened", ES_TYPE_GALLERY_PANEL, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-gallery-panel.ui");
  BIND (stack);
  BIND (problem);
  BIND (count);
  BIND (grid);
  BIND (selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "gallery.remove", NULL, remove_item);
  gtk_widget_class_install_action (widget_class, "gallery.export", NULL, export_figure);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0,
                                       "gallery.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK,
                                       "gallery.export", NULL);
}

static void
es_gallery_panel_init (EsGalleryPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
