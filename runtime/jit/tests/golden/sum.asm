  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  load_ext_name_far x8, User(userextname0)+0
  ldr x2, [x0, #8]
  mov x9, x0
  ldr x5, [x1]
  ldr x7, [x1, #8]
  ldr x3, [x1, #16]
  and x0, x5, #3
  cbnz x0, label1 ; b label2
block2:
  and x0, x7, #3
  cbnz x0, label3 ; b label4
block4:
  and x0, x3, #3
  cbnz x0, label5 ; b label6
block6:
  b label7
block7:
  subs xzr, x5, x3
  b.ge label8 ; b label9
block9:
  adds x4, x7, x5
  cset x0, vs
  ands wzr, w0, #255
  b.ne label10 ; b label11
block11:
  movz x0, #4
  adds x6, x5, x0
  cset x0, vs
  ands wzr, w0, #255
  b.ne label18 ; b label12
block12:
  ldar w0, [x2]
  cbnz w0, label13 ; b label14
block14:
  ldar x0, [x8]
  cbnz x0, label15 ; b label16
block16:
  mov x5, x6
  mov x7, x4
  b label7
block1:
  b label20
block3:
  b label20
block5:
  b label20
block8:
  mov x1, x9
  b label19
block10:
  mov x1, x9
  b label19
block13:
  b label17
block15:
  b label17
block17:
  movz x0, #3
  mov x1, x9
  str x6, [x1, #40]
  str x4, [x1, #48]
  ldp fp, lr, [sp], #16
  ret
block18:
  mov x1, x9
  movz x0, #2
  str x5, [x1, #40]
  str x4, [x1, #48]
  ldp fp, lr, [sp], #16
  ret
block19:
  movz x0, #1
  str x5, [x1, #40]
  str x7, [x1, #48]
  ldp fp, lr, [sp], #16
  ret
block20:
  movz x0, #0
  ldp fp, lr, [sp], #16
  ret
